// @ts-check
// A card's QR code leads here with the code of its seat behind the “#”, which no browser sends to a server:
// it is put into the form, and the form is sent. Without this script one types it.

(function () {
  function sit() {
    var form = /** @type {HTMLFormElement | null} */ (document.getElementById("ws-kartu"));
    var code = location.hash.slice(1);
    if (!form || !/^[0-9A-Za-z-]{8,12}$/.test(code)) return;
    // Whoever goes back with this phone finds no code in its address.
    history.replaceState(null, "", location.pathname);
    var field = /** @type {HTMLInputElement} */ (form.elements.namedItem("code"));
    field.value = code;
    form.submit();
  }
  window.addEventListener("hashchange", sit);
  sit();
})();
