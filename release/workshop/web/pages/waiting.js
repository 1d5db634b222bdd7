// @ts-check
// The waiting page: asks for its place now and then, and goes in once there is room.
// Written for browsers of 2020 on plain HTTP; without it the page loads itself again.

(function () {
  var shown = /** @type {HTMLElement} */ (document.getElementById("ws-place"));
  var trouble = /** @type {HTMLElement} */ (document.getElementById("ws-trouble"));
  var timer = 0;

  /** @param {number} seconds */
  function later(seconds) {
    clearTimeout(timer);
    timer = setTimeout(ask, seconds * 1000);
  }

  function ask() {
    clearTimeout(timer);
    var request = new XMLHttpRequest();
    request.open("GET", "/antre");
    request.timeout = 15000;
    request.onload = function () {
      var told = null;
      try {
        told = request.status === 200 ? JSON.parse(request.responseText) : null;
      } catch (error) {
        told = null;
      }
      if (!told) return failed();
      trouble.hidden = true;
      if (told.place === 0) return location.replace("/kasus");
      // A screen reader is told of a new place, not of the same one again.
      if (shown.textContent !== String(told.place)) shown.textContent = String(told.place);
      later(told.after);
    };
    request.onerror = failed;
    request.ontimeout = failed;
    request.send();
  }

  function failed() {
    trouble.hidden = false;
    later(5 + Math.random() * 5);
  }

  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) ask();
  });
  later(Number(shown.getAttribute("data-after")));
})();
