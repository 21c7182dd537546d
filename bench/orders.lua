-- Every request is a form of its own: a new key, the same buyer.
local alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }

function init(args)
  math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 100000)
end

function request()
  local key = {}
  for i = 1, 32 do
    local at = math.random(#alphabet)
    key[i] = alphabet:sub(at, at)
  end
  local body = "plan=pro&interval=month&name=Kim&phone=01012345678&email=kim%40example.com&key=" .. table.concat(key)
  return wrk.format("POST", "/api/checkout/start", headers, body)
end

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), bad))
end
