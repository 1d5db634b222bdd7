// @ts-check
// Tells the learning management system that its registration is done (LTI 1.3, dynamic registration).

const close = /** @type {HTMLElement} */ (document.getElementById("lms-close"));

close.addEventListener("click", () => {
  const platform = window.opener || window.parent;
  platform.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
});
