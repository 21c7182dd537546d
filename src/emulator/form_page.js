// Tells the framing window what happens (Bootpay E.5). At top level the page works without this script.
(() => {
  const framed = window.parent !== window;
  let sent = false;
  window.addEventListener('pageshow', () => { sent = false; });
  for (const form of document.forms) {
    if (framed && form.elements.framed) form.elements.framed.value = '1';
    // A second click must not replace the answer to the first.
    form.addEventListener('submit', (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
  }
  if (!framed) return;
  document.documentElement.classList.add('framed');
  const message = document.getElementById('message');
  // Who frames the page is unknown, so is the origin; nothing secret is said.
  window.parent.postMessage(message ? message.textContent : JSON.stringify({
    bootpay_event: true, hook: 'CommerceCheckoutEvent', event: 'showOrHideIframe', data: true,
  }), '*');
})();
