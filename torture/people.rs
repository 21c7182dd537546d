//! What people do with a browser without script: forms, redirects, cookies, and pages that are read.

use serde_json::Value;

use crate::Failure;

pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub cookie: Option<String>,
    pub body: String,
}

/// Follows no redirect, keeps no cookie.
#[derive(Clone)]
pub struct Web(reqwest::Client);

pub type Fields = Vec<(String, String)>;

pub fn fields(of: &[(&str, &str)]) -> Fields {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl Web {
    pub fn new() -> Result<Self, Failure> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Ok(Self(client.timeout(std::time::Duration::from_secs(60)).build()?))
    }

    async fn ask(&self, request: reqwest::RequestBuilder, cookie: Option<&str>) -> Result<Answer, Failure> {
        let request = request.header("accept", "text/html");
        let answer = match cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        let answer = answer.send().await?;
        let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        let (status, location) = (answer.status().as_u16(), header("location"));
        let cookie = header("set-cookie").and_then(|set| Some(set.split_once(';')?.0.to_owned()));
        Ok(Answer { status, location, cookie, body: answer.text().await? })
    }

    pub async fn get(&self, url: &str, cookie: Option<&str>) -> Result<Answer, Failure> {
        self.ask(self.0.get(url), cookie).await
    }

    pub async fn post(&self, url: &str, form: &Fields, cookie: Option<&str>) -> Result<Answer, Failure> {
        let body = serde_urlencoded::to_string(form)?;
        let request = self.0.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
        self.ask(request, cookie).await
    }

    pub async fn post_json(&self, url: &str, body: String) -> Result<Answer, Failure> {
        self.ask(self.0.post(url).header("content-type", "application/json").body(body), None).await
    }

    /// A page of the staff's.
    pub async fn page(&self, url: &str, cookie: &str) -> Result<String, Failure> {
        let answer = self.get(url, Some(cookie)).await?;
        if answer.status == 200 { Ok(answer.body) } else { Err(format!("{url} answered {}", answer.status).into()) }
    }

    pub async fn ledger(&self, provider: &str) -> Result<Value, Failure> {
        Ok(serde_json::from_str(&self.get(&format!("{provider}/_emulator/ledger"), None).await?.body)?)
    }

    /// Makes an invoice at the provider as any holder of its keys can, and answers its id.
    pub async fn new_invoice(&self, provider: &str, body: &Value) -> Result<String, Failure> {
        let request = self.0.post(format!("{provider}/v1/invoices")).header("content-type", "application/json");
        let request = request.basic_auth("emulator-client-key", Some("emulator-secret-key")).body(body.to_string());
        let invoice: Value = serde_json::from_str(&self.ask(request, None).await?.body)?;
        let id = invoice.get("invoice_id").and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| "the provider makes no invoice".into())
    }

    /// Our id of the order that the provider has under this number.
    pub async fn order_at(&self, provider: &str, number: &str) -> Result<String, Failure> {
        let request = self.0.get(format!("{provider}/v1/orders/{number}"));
        let request = request.basic_auth("emulator-client-key", Some("emulator-secret-key"));
        let order: Value = serde_json::from_str(&self.ask(request, None).await?.body)?;
        let id = order.get("request_id").and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| format!("the provider has no order {number}").into())
    }
}

/// The value of an attribute in a tag's text.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value)
}

/// The hidden fields of the form whose action ends so.
pub fn hidden(page: &str, action_ends: &str) -> Result<Fields, Failure> {
    let ends = format!("{action_ends}\"");
    let forms = page.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap_or_default());
    let mut fitting = forms.filter(|form| form.split('>').next().is_some_and(|tag| tag.contains(&ends)));
    let form = fitting.next().ok_or_else(|| format!("no form leads to {action_ends}"))?;
    let inputs = form.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let hidden = inputs.filter(|tag| attribute(tag, "type") == Some("hidden"));
    Ok(hidden.filter_map(|tag| Some((attribute(tag, "name")?.into(), attribute(tag, "value")?.into()))).collect())
}

/// A form key as a checkout page would have made it.
pub fn form_key() -> Result<String, Failure> {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect())
}

/// The checkout form, as a customer fills it in.
pub fn order_form(key: &str) -> Fields {
    fields(&[
        ("plan", "pro"),
        ("interval", "month"),
        ("name", "홍길동"),
        ("phone", "010-1234-5678"),
        ("email", "hong@example.com"),
        ("key", key),
    ])
}
