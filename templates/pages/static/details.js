"use strict";
// After a faulty form: to the summary at once; and one press sends once.
document.getElementById("summary")?.focus();
document.querySelector("main form").addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => delete document.querySelector("main form").dataset.sent);
