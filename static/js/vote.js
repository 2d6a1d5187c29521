// "Was this helpful?" answered in place: the question, the follow-up, the thanks.
// The markup of the follow-up is in the page's templates, the same that works without JavaScript.

export function vote(card) {
  const question = card.querySelector(".vote-question");
  const status = card.querySelector("[data-vote-status]");
  const key = `kb.vote.${card.dataset.revision}`;

  question.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send(card, question, event.submitter);
    if (!answer) return;
    remember(key, answer);
    show(followUp(answer));
    status.textContent = say("Your answer is saved.");
    document.dispatchEvent(new CustomEvent("kb:voted", { detail: answer }));
  });

  const earlier = recall(key);
  if (earlier && !card.ariaBusy) show(before(earlier), false);

  function followUp(answer) {
    const view = document.getElementById(answer.helpful ? "vote-yes" : "vote-no").content.cloneNode(true);
    const form = view.querySelector("form");
    form.action = answer.url;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const data = new FormData(form);
      if (!data.get("reason") && !data.get("text").trim()) {
        return complain(form, answer.helpful ? say("Write a few words first.") : say("Choose a reason or write a few words first."));
      }
      if (!(await send(form, form, event.submitter))) return;
      show(thanks());
      status.textContent = say("Thank you, your comment is saved.");
    });
    view.querySelector(".vote-actions").append(changeButton());
    return view.firstElementChild;
  }

  function thanks() {
    const text = element("p", { className: "vote-done", textContent: say("It goes to the people who write these articles.") });
    const row = element("p", { className: "vote-actions" });
    row.append(changeButton());
    return answered("vote-answer", say("Thank you, your comment is saved"), text, row);
  }

  // It takes the room of the question: nothing below moves.
  function before({ helpful }) {
    const view = answered("vote-answer vote-question", helpful ? say("You answered: Yes") : say("You answered: No"), changeButton());
    view.style.minHeight = `${question.offsetHeight}px`;
    return view;
  }

  function answered(className, words, ...parts) {
    const view = element("div", { className });
    view.append(element("h2", { className: "vote-title", tabIndex: -1, textContent: words }), ...parts);
    return view;
  }

  function changeButton() {
    const button = element("button", { type: "button", className: "button-plain", textContent: say("Change my answer") });
    button.addEventListener("click", () => {
      show(question);
      status.textContent = "";
      question.querySelector("button").focus();
    });
    return button;
  }

  // Exactly one of the question and an answer is in the card.
  function show(view, focus = true) {
    (card.querySelector(".vote-answer") ?? card.querySelector(".vote-question")).replaceWith(view);
    view.querySelector(".vote-title").id = "vote-title"; // the card is named by what stands in it
    complain(card, "");
    if (focus && view !== question) view.querySelector(".vote-title").focus();
  }
}

// Posts a form as it would post itself; the answer, or null with the reason shown.
async function send(place, form, submitter) {
  const buttons = form.querySelectorAll("button");
  const body = new URLSearchParams(new FormData(form, submitter));
  buttons.forEach((button) => (button.disabled = true));
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (response.ok) return answer;
    complain(place, [answer.error.message, answer.error.hint].filter(Boolean).join(" "));
  } catch {
    complain(place, say("Your answer could not be sent. Nothing is lost: check the connection and send it again."));
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
  return null;
}

function complain(place, message) {
  const error = [...place.querySelectorAll(".vote-error")].at(-1);
  if (!error) return;
  error.hidden = !message;
  error.textContent = message;
}

function remember(key, { helpful }) {
  try {
    localStorage.setItem(key, JSON.stringify({ helpful }));
  } catch {
    // Blocked storage: the question is asked again next time.
  }
}

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
