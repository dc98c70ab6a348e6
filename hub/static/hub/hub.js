/* Small helpers of the hub's pages. No inline scripts anywhere: the content security policy forbids them. */
(function () {
  "use strict";

  /* A polled part whose content has not changed stays as it is, so that focus stays and screen readers keep quiet. */
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var now = event.detail.target, next = event.detail.fragment;
    if (now && next && next.innerHTML !== undefined && squeeze(now.innerHTML) === squeeze(next.innerHTML)) {
      event.detail.shouldSwap = false;
    }
  });

  function squeeze(html) {
    return html.replace(/value="[^"]{40,}"/g, "").replace(/\s+/g, " ").trim();
  }

  /* Buttons that ask before they act: data-confirm="…". */
  document.addEventListener("submit", function (event) {
    var button = event.submitter;
    var question = button && button.getAttribute("data-confirm");
    if (question && !window.confirm(question)) {
      event.preventDefault();
    }
  });

  /* A box that ticks all boxes of its form: data-tick-all="name". */
  document.addEventListener("change", function (event) {
    var name = event.target.getAttribute && event.target.getAttribute("data-tick-all");
    if (name) {
      event.target.closest("form").querySelectorAll('input[type=checkbox][name="' + name + '"]').forEach(function (box) {
        box.checked = event.target.checked;
      });
    }
  });
})();
