// Two optional questions at the end of a visit, in their place on the page, once a month in one browser.
// It remembers the month, and nothing else: no answer, no name. Where it cannot, nothing is asked.

const KEY = "kb.asked";
const QUESTIONS = [
  {
    name: "satisfaction",
    title: say("How satisfied are you with this help center?"),
    answers: [say("Very satisfied"), say("Satisfied"), say("Neutral"), say("Dissatisfied"), say("Very dissatisfied")],
  },
  {
    name: "effort",
    title: say("How easy was it to find what you needed?"),
    answers: [say("Very easy"), say("Easy"), say("In between"), say("Hard"), say("Very hard")],
  },
];

const SAVED = 204;
const NOT_KEPT = 202; // a browser may ask not to be tracked without its scripts knowing

// Asks as soon as the place is in view: what nobody saw was not asked. `about` goes with each answer.
export function ask(place, about) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    if (remember()) begin(place, about);
  });
  watch.observe(place);
}

function begin(place, about) {
  const status = place.querySelector("[role=status]");
  const error = element("p", { className: "ask-error", hidden: true });
  error.setAttribute("role", "alert");
  const box = element("section", { className: "ask" });
  box.setAttribute("aria-labelledby", "ask-title");
  place.append(box);
  show(0);
  status.textContent = say("One optional question is at the end of this page.");

  function show(number) {
    const question = QUESTIONS[number];
    const best = question.answers.length;
    const row = element("div", { className: "ask-answers" });
    row.setAttribute("role", "group");
    row.setAttribute("aria-labelledby", "ask-title");
    question.answers.forEach((label, at) =>
      row.append(button("ask-answer", label, () => answer(number, best - at))),
    );
    const no = button("button-plain ask-no", say("No, thanks"), () => end(say("All right, not this month.")));
    const note = element("p", { className: "ask-note" });
    note.append(number ? say("The last one.") : say("Optional, without your name."), " ", no);
    box.replaceChildren(title(question.title), row, error, note);
    error.hidden = true;
  }

  async function answer(number, score) {
    const buttons = box.querySelectorAll("button");
    buttons.forEach((each) => (each.disabled = true));
    const status = await send(place, { ...about, question: QUESTIONS[number].name, score });
    buttons.forEach((each) => (each.disabled = false));
    if (status === NOT_KEPT) {
      end(say("Your browser asks not to be tracked, so nothing was kept."));
    } else if (status !== SAVED) {
      error.textContent = say("Your answer could not be sent. Check the connection and choose it again.");
      error.hidden = false;
    } else if (QUESTIONS[number + 1]) {
      show(number + 1);
      box.querySelector("#ask-title").focus();
    } else {
      end(say("Thank you, your answers are saved."));
    }
  }

  function end(text) {
    status.textContent = "";
    box.replaceChildren(title(text));
    box.firstElementChild.focus();
  }
}

// In place of what was pressed comes something else to read, so the focus goes there and not to nowhere.
function title(textContent) {
  return element("h2", { id: "ask-title", className: "ask-title", tabIndex: -1, textContent });
}

function button(className, textContent, pressed) {
  const made = element("button", { type: "button", className, textContent });
  made.addEventListener("click", pressed);
  return made;
}

async function send(place, values) {
  try {
    const body = new URLSearchParams(values);
    return (await fetch(place.dataset.answers, { method: "POST", body, keepalive: true })).status;
  } catch {
    return 0;
  }
}

// Whether it is the first time this month. Blocked storage: it might be the tenth.
function remember() {
  const month = new Date().toISOString().slice(0, 7);
  try {
    if (localStorage.getItem(KEY) === month) return false;
    localStorage.setItem(KEY, month);
    return localStorage.getItem(KEY) === month;
  } catch {
    return false;
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
