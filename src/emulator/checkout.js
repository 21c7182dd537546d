// Madang's own stand-in for Bootpay's browser script `BootpayCommerce` 1.0.8; behaves as Bootpay E.1 to E.7 describe.
// Written from that description; holds none of the vendor's code. It talks only to the origin it was loaded from.
(function () {
  'use strict';

  var ID = 'bootpay-commerce-checkout-';
  var PROGRESS_ID = 'bootpay-alfred-progress-id';
  var MOBILE = /Mobile|iP(hone|od|ad)|Android|BlackBerry|IEMobile|Kindle|webOS|Opera M(obi|ini)|NetFront|Silk|SymbianOS|hpwOS|Windows Phone/;
  // `currentScript` is gone once the script has run.
  var home = document.currentScript && document.currentScript.src
    ? new URL(document.currentScript.src).origin
    : window.location.origin;

  // Like the vendor's, this one needs `style-src 'unsafe-inline'` (Bootpay E.12).
  var style = document.createElement('style');
  style.textContent =
    'body.bootpay-open{overflow:hidden!important}' +
    '#' + ID + 'iframe-container{position:fixed;inset:0;z-index:2147483000;background:rgba(0,0,0,.5)}' +
    '#' + ID + 'payment-window{position:absolute;inset:0;width:100%;height:100%}' +
    '#' + ID + 'iframe{width:100%;height:100%;border:0;background:#fff}' +
    '#' + PROGRESS_ID + '{position:fixed;inset:0;z-index:2147483001;display:flex;align-items:center;' +
    'justify-content:center;background:rgba(0,0,0,.4);color:#fff;font:600 16px sans-serif}';
  (document.head || document.documentElement).appendChild(style);

  function find(id) { return document.getElementById(id); }

  function removeById(id) {
    var element = find(id);
    if (element) element.remove();
  }

  function isMobile() { return MOBILE.test(window.navigator.userAgent); }

  function isBlank(value) {
    return value === undefined || value === null || String(value).trim() === '';
  }

  function never() { return new Promise(function () {}); }

  // Top-level keys only: what is nested goes as it was given (Bootpay E.2).
  function snakeKeys(data) {
    var out = { sdk: true };
    Object.keys(data).forEach(function (key) {
      out[key.replace(/[A-Z]/g, function (letter) { return '_' + letter.toLowerCase(); })] = data[key];
    });
    return out;
  }

  function showProgress(message) {
    removeById(PROGRESS_ID);
    var progress = document.createElement('div');
    progress.id = PROGRESS_ID;
    progress.setAttribute('role', 'status');
    progress.textContent = typeof message === 'string' && message ? message : '잠시만 기다려 주세요';
    document.body.appendChild(progress);
  }

  function openOverlay() {
    if (!find(ID + 'iframe-container')) {
      var container = document.createElement('div');
      container.id = ID + 'iframe-container';
      var pane = document.createElement('div');
      pane.id = ID + 'payment-window';
      var frame = document.createElement('iframe');
      frame.id = ID + 'iframe';
      frame.name = ID + 'iframe';
      frame.title = '결제창';
      frame.setAttribute('allow', 'payment');
      frame.style.display = 'none';
      var form = document.createElement('form');
      form.id = ID + 'form';
      form.method = 'post';
      pane.appendChild(frame);
      pane.appendChild(form);
      container.appendChild(pane);
      document.body.appendChild(container);
    }
    document.body.classList.add('bootpay-open');
    showProgress();
  }

  function closeOverlay() {
    find(ID + 'iframe-container').remove();
    removeById(PROGRESS_ID);
    document.body.classList.remove('bootpay-open');
  }

  function base64(bytes) {
    var text = '';
    for (var i = 0; i < bytes.length; i += 1) text += String.fromCharCode(bytes[i]);
    return window.btoa(text);
  }

  // AES-256-CBC with PKCS#7, key and IV sent along (Bootpay E.3).
  function encrypt(text) {
    var subtle = window.crypto && window.crypto.subtle;
    if (!subtle) return Promise.reject(new Error('WebCrypto를 사용할 수 없는 페이지입니다. (HTTPS가 필요합니다)'));
    var key = window.crypto.getRandomValues(new Uint8Array(32));
    var iv = window.crypto.getRandomValues(new Uint8Array(16));
    return subtle.importKey('raw', key, 'AES-CBC', false, ['encrypt'])
      .then(function (imported) {
        return subtle.encrypt({ name: 'AES-CBC', iv: iv }, imported, new TextEncoder().encode(text));
      })
      .then(function (secret) {
        return { payload: base64(new Uint8Array(secret)), token: base64(key) + '##' + base64(iv) };
      });
  }

  function send(fields, target) {
    var form = find(ID + 'form');
    form.textContent = '';
    form.method = 'post';
    form.action = home + '/v1/invoices';
    form.target = target;
    Object.keys(fields).forEach(function (name) {
      var input = document.createElement('input');
      input.type = 'hidden';
      input.name = name;
      input.value = fields[name];
      form.appendChild(input);
    });
    form.submit();
  }

  // A missing value becomes the text `undefined`, and `?` is always appended (Bootpay E.7).
  function goTo(url, pairs) {
    var query = pairs.map(function (pair) { return pair[0] + '=' + encodeURIComponent(pair[1]); });
    window.location.replace(url + '?' + query.join('&'));
  }

  function succeed(event, data, resolve) {
    if (data.use_redirect === true) {
      goTo(data.redirect_url, [
        ['event', event],
        ['request_id', data.payload.request_id],
        ['order_number', data.payload.order_number],
        ['metadata', JSON.stringify(data.payload.metadata)],
      ]);
    } else {
      resolve({ event: event, payload: data.payload });
    }
  }

  function fail(data, reject) {
    if (data.use_redirect === true) {
      var pairs = [
        ['event', 'error'],
        ['error_code', data.error.error_code],
        ['message', data.error.message],
      ];
      Object.keys(data.payload || {}).forEach(function (key) { pairs.push([key, data.payload[key]]); });
      goTo(data.redirect_url, pairs);
    } else {
      reject({
        event: 'error',
        error_code: data.error.error_code,
        message: data.error.message,
        payload: data.payload,
      });
    }
  }

  function resize(css) {
    var pane = find(ID + 'payment-window');
    if (!pane || !css) return;
    Object.keys(css).forEach(function (name) {
      pane.style[name] = typeof css[name] === 'number' ? css[name] + 'px' : css[name];
    });
  }

  var stopListening = function () {};

  // Neither origin nor source is checked, as in the vendor's (Bootpay E.5): the server's look is the only defence.
  function listen(resolve, reject) {
    stopListening();
    function onMessage(received) {
      var said;
      if (typeof received.data !== 'string') return;
      try { said = JSON.parse(received.data); } catch (ignored) { return; }
      if (!said || said.bootpay_event !== true || said.hook !== 'CommerceCheckoutEvent') return;
      var frame = find(ID + 'iframe');
      switch (said.event) {
        case 'showOrHideIframe':
          if (frame) frame.style.display = said.data ? 'block' : 'none';
          if (said.data) removeById(PROGRESS_ID);
          break;
        case 'showProgress': showProgress(said.data); break;
        case 'hideProgress': removeById(PROGRESS_ID); break;
        case 'resize': resize(said.data); break;
        case 'done':
        case 'confirm':
          stopListening();
          closeOverlay();
          succeed(said.event, said.data, resolve);
          break;
        case 'cancel':
          stopListening();
          closeOverlay();
          reject({ event: 'cancel', message: '창이 닫혔습니다' });
          break;
        case 'error':
          stopListening();
          closeOverlay();
          fail(said.data, reject);
          break;
        default:
      }
    }
    window.addEventListener('message', onMessage);
    stopListening = function () { window.removeEventListener('message', onMessage); };
  }

  function requestCheckout(data) {
    // The raw key: `clientKey` is not seen, as in the vendor's.
    if (!data || isBlank(data.client_key)) {
      return Promise.reject(new Error('client_key가 입력되지 않았습니다.'));
    }
    var text = JSON.stringify(snakeKeys(data));
    var leaves = isMobile() && !isBlank(data.redirect_url);
    openOverlay();
    return new Promise(function (resolve, reject) {
      if (!leaves) listen(resolve, reject);
      encrypt(text).then(function (fields) {
        // Gone when another message ended it meanwhile.
        if (!find(ID + 'form')) return;
        send(fields, leaves ? '_self' : ID + 'iframe');
        // The whole page leaves, and this promise never settles (Bootpay E.4).
        if (leaves) closeOverlay();
      }).catch(function (error) {
        stopListening();
        if (find(ID + 'iframe-container')) closeOverlay();
        reject(error);
      });
    });
  }

  function requestCheckoutUrl(url) {
    if (isMobile()) {
      window.location.replace(url);
      return never();
    }
    openOverlay();
    return new Promise(function (resolve, reject) {
      listen(resolve, reject);
      find(ID + 'iframe').src = url;
    });
  }

  window.BootpayCommerce = {
    requestCheckout: requestCheckout,
    requestCheckoutUrl: requestCheckoutUrl,
    // Every environment is this one.
    setEnvironmentMode: function () {},
    setLogLevel: function () {},
    hideAlert: function () {},
  };
})();
