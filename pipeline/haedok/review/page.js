"use strict";
// The review page. The server decides what fits; this shows it and sends what was clicked or typed.
// Text of the document goes into the page as text only, never as markup.

const $ = (id) => document.getElementById(id);
const STATUSES = ["corrected", "doubtful", "unreadable"];

const state = {
  overview: null,
  page: null, // as the server gave it
  shown: [], // indices of edits that the filters let through, in order
  at: null, // index of the edit under review
  picked: null, // a stretch of a line that nobody marked, selected by the reviewer
  statuses: new Set(["corrected", "doubtful"]),
  cause: "",
  open: false,
  whole: false,
  made: [], // decisions of this visit, for undo
};

// ---- the server ---------------------------------------------------------------------------------

async function ask(path, body) {
  const options = body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
    : {};
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("haedok review has ended; start it again to go on");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

let queue = Promise.resolve();

/** Do things one after the other, so that each quick press of a key meets what the last one left. */
function then(act) {
  queue = queue.then(act).then(
    () => say(""),
    (error) => say(error.message),
  );
}

function say(text) {
  $("message").textContent = text;
}

// ---- building -----------------------------------------------------------------------------------

function element(name, classes = "", text = "") {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  return made;
}

/** Text whose spaces matter, and text that is not there, made visible. */
function visible(text, other = "") {
  if (text === "") return "∅";
  const spaced = text.replaceAll(" ", "") === other.replaceAll(" ", "") || text.trim() !== text;
  return spaced ? text.replaceAll(" ", "␣") : text;
}

const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

function fillEdit(span, edit, index) {
  const { status, reading } = edit.now;
  span.replaceChildren();
  span.className = `edit ${status}`;
  span.classList.toggle("decided", Boolean(edit.decision));
  span.classList.toggle("rejected", edit.decision?.action === "reject");
  span.classList.toggle("off", !passes(edit));
  span.classList.toggle("here", index === state.at);
  const raw = visible(edit.raw, reading ?? "");
  if (status === "corrected") {
    span.append(element("del", "", raw), element("ins", "", visible(reading, edit.raw)));
  } else if (status === "doubtful") {
    span.append(raw, element("i", "", `${visible(reading, edit.raw)}? ${percent(edit.confidence)}`));
  } else {
    if (edit.decision) span.classList.remove("unreadable"); // somebody looked: the raw text is right
    span.append(edit.decision ? edit.raw : raw);
  }
}

function buildLine(line) {
  const item = element("li", line.picture ? "picture" : "");
  const body = element("div");
  if (line.picture) {
    const picture = element("img");
    picture.loading = "lazy";
    picture.alt = "";
    picture.src = `/api/pages/${state.page.page}/lines/${line.line}.jpg`;
    body.append(picture);
  }
  const text = element("p");
  let offset = 0; // in code points, as the ledger counts
  for (const piece of line.pieces) {
    if (typeof piece === "number") {
      const edit = state.page.edits[piece];
      const span = element("span");
      span.dataset.edit = piece;
      fillEdit(span, edit, piece);
      text.append(span);
      offset = edit.end;
    } else {
      const plain = element("span", "plain", piece);
      plain.dataset.line = line.line;
      plain.dataset.start = offset;
      text.append(plain);
      offset += Array.from(piece).length;
    }
  }
  body.append(text);
  item.append(element("span", "number", String(line.line)), body);
  return item;
}

// ---- filters ------------------------------------------------------------------------------------

const passes = (edit) =>
  (edit.status === "added" || state.statuses.has(edit.status)) &&
  (!state.cause || edit.cause === state.cause) &&
  !(state.open && edit.decision);

const lets = ([status, cause, decided]) =>
  passes({ status, cause, decision: decided ? {} : null });

function count(pages, wanted) {
  let sum = 0;
  for (const page of pages) {
    for (const row of page.tally) if (wanted(row)) sum += row[3];
  }
  return sum;
}

function showHeader() {
  const { document: name, pages, stale } = state.overview;
  $("name").textContent = name;
  document.title = `${name} · review · haedok`;
  const wanted = (row) => row[0] === "added" || state.statuses.has(row[0]);
  const done = count(pages, (row) => wanted(row) && row[2]);
  $("progress").textContent = `${done} of ${count(pages, wanted)} decided`;
  $("statuses").replaceChildren(
    ...STATUSES.map((status) => {
      const number = count(pages, (row) => row[0] === status);
      const chip = element("button", `${status}-chip`, `${status} ${number}`);
      chip.setAttribute("aria-pressed", state.statuses.has(status));
      chip.addEventListener("click", () => {
        if (!state.statuses.delete(status)) state.statuses.add(status);
        then(refilter);
      });
      return chip;
    }),
  );
  $("page").replaceChildren(
    ...pages.map((page) => {
      const left = count([page], (row) => wanted(row) && !row[2]);
      const option = element("option", "", `page ${page.page} of ${pages.length} — ${left} left`);
      option.value = page.page;
      option.selected = page.page === state.page?.page;
      return option;
    }),
  );
  showStale(stale);
}

function showCauses() {
  const causes = new Set(state.overview.pages.flatMap((page) => page.tally.map((row) => row[1])));
  for (const cause of [...causes].sort()) {
    const option = element("option", "", cause);
    option.value = cause;
    $("cause").append(option);
  }
}

function showStale(stale) {
  $("stale").hidden = !stale.length;
  const many = stale.length === 1 ? "decision no longer fits" : "decisions no longer fit";
  $("stale").querySelector("summary").textContent = `${stale.length} ${many}, and will not be applied`;
  $("stale")
    .querySelector("ul")
    .replaceChildren(
      ...stale.map((row) => {
        const told = row.reading === undefined ? row.action : `${row.action} “${row.reading}”`;
        const place = `page ${row.page}, line ${row.line}`;
        const item = element("li", "", `${place}: ${told} for “${row.raw}” — ${row.why} `);
        const remove = element("button", "", "take back");
        remove.addEventListener("click", () =>
          then(async () => {
            const { why, ...decision } = row;
            await ask("/api/undo", decision);
            await refresh();
          }),
        );
        item.append(remove);
        return item;
      }),
    );
}

async function refresh() {
  state.overview = await ask("/api/document");
  showHeader();
}

async function refilter() {
  const edit = state.page.edits[state.at];
  showHeader();
  showPage();
  focus(edit && passes(edit) ? state.at : state.shown[0]);
  if (!state.shown.length) await step(1).catch(() => step(-1)).catch(() => {}); // to a page that has some
}

// ---- a page -------------------------------------------------------------------------------------

async function openPage(number, last = false) {
  state.page = await ask(`/api/pages/${number}`);
  state.at = null;
  showHeader();
  showPage();
  scrollTo(0, 0);
  focus(last ? state.shown.at(-1) : firstOpen());
}

function firstOpen() {
  return state.shown.find((index) => !state.page.edits[index].decision) ?? state.shown[0];
}

function showPage() {
  const { edits, lines } = state.page;
  state.shown = edits.flatMap((edit, index) => (passes(edit) ? [index] : []));
  const wanted = new Set(state.shown.map((index) => edits[index].line));
  const items = lines.filter((line) => state.whole || wanted.has(line.line)).map(buildLine);
  const nothing = element("li", "nothing", "Nothing here passes the filters.");
  $("lines").replaceChildren(...(items.length ? items : [nothing]));
}

const spanOf = (index) => $("lines").querySelector(`[data-edit="${index}"]`);

function repaint(index) {
  const span = index === null || index === undefined ? null : spanOf(index);
  if (span) fillEdit(span, state.page.edits[index], index);
}

function focus(index) {
  const before = state.at;
  state.at = index ?? null;
  state.picked = null;
  repaint(before);
  repaint(index);
  const span = state.at === null ? null : spanOf(state.at);
  span?.scrollIntoView({ block: "nearest" });
  if (span) keepInSight(span);
  showCard();
}

/** Away from the edges of the window, where the header and the next lines are. */
function keepInSight(span) {
  const { top, bottom } = span.getBoundingClientRect();
  const beside = matchMedia("(min-width: 60rem)").matches; // else the card lies over the lines
  const floor = beside ? innerHeight - 120 : innerHeight * 0.52;
  if (top < 140 || bottom > floor) span.scrollIntoView({ block: beside ? "center" : "start" });
}

async function step(by) {
  const at = state.shown.indexOf(state.at);
  const next = at < 0 ? (by > 0 ? 0 : state.shown.length - 1) : at + by;
  if (next in state.shown) return focus(state.shown[next]);
  const pages = state.overview.pages;
  const here = pages.findIndex((page) => page.page === state.page.page);
  const others = by > 0 ? pages.slice(here + 1) : pages.slice(0, here).reverse();
  const other = others.find((page) => count([page], lets));
  if (other) return openPage(other.page, by < 0);
  throw new Error(by > 0 ? "this is the last one" : "this is the first one");
}

async function turn(by) {
  const pages = state.overview.pages;
  const here = pages.findIndex((page) => page.page === state.page.page);
  if (pages[here + by]) await openPage(pages[here + by].page);
}

// ---- the card -----------------------------------------------------------------------------------

const current = () => state.picked ?? state.page?.edits[state.at] ?? null;

function showCard() {
  const edit = current();
  $("card").hidden = !edit;
  if (!edit) return;
  const { now, decision } = edit;
  const sure = edit.status === "added" ? "" : ` · ${edit.status} ${percent(edit.confidence)}`;
  $("where").textContent = `page ${edit.page}, line ${edit.line} · ${edit.cause}${sure}`;
  const reading = now.reading ?? edit.reading;
  $("change").replaceChildren(visible(edit.raw, reading ?? ""));
  if (reading !== null && decision?.action !== "reject") {
    $("change").append(" → ", element("span", "to", visible(reading, edit.raw)));
  }
  $("state").textContent = decision
    ? `${{ accept: "accepted", reject: "raw text kept", retype: "retyped" }[decision.action]} by ${decision.by ?? "reviewer"}`
    : { corrected: "The text is changed.", doubtful: "Offered; the text is not changed." }[now.status] ??
      (edit.candidates.length ? "Not read; it could be:" : "Not read.");
  $("candidates").replaceChildren(
    ...edit.candidates.map(([text, share], index) => {
      const button = element("button");
      const chosen = decision && now.status === "corrected" && now.reading === text;
      button.classList.toggle("chosen", Boolean(chosen));
      const word = element("span", "", visible(text, edit.raw));
      word.lang = "ko";
      button.style.setProperty("--share", share);
      button.append(element("kbd", "", String(index + 1)), word, percent(share));
      button.addEventListener("click", () => then(() => choose(index)));
      return button;
    }),
  );
  $("accept").disabled = edit.reading === null;
  $("reject").disabled = edit.status === "added";
  $("undo").disabled = !decision && !state.made.length;
  $("typed").value = reading ?? edit.candidates[0]?.[0] ?? edit.raw;
  $("why").hidden = !edit.evidence.length;
  $("why").querySelector("ul").replaceChildren(...edit.evidence.map((told) => element("li", "", told)));
}

// ---- deciding -----------------------------------------------------------------------------------

const samePlace = (one, other) => JSON.stringify(placeOf(one)) === JSON.stringify(placeOf(other));
const placeOf = ({ page, line, start, end, raw }) => ({ page, line, start, end, raw });

async function decide(action, reading) {
  const edit = current();
  if (!edit) return;
  const decision = { ...placeOf(edit), action, ...(reading === undefined ? {} : { reading }) };
  const said = edit.decision;
  if (said?.action !== action || said.reading !== reading) {
    const answer = await ask("/api/decide", decision);
    state.made.push(decision);
    if (state.picked) return reload(decision);
    take(state.at, answer);
  }
  await step(1).catch(() => focus(state.at)); // behind the last one there is none
}

const accept = async () => {
  const edit = current();
  if (!edit) return;
  if (edit.reading === null) throw new Error("there is no reading to accept; choose a candidate, or retype");
  await decide("accept", edit.reading);
};

const choose = async (index) => {
  const offer = current()?.candidates[index];
  if (offer) await decide("accept", offer[0]);
};

/** Take the decision on this edit back, or else the last one of this visit. */
async function undo() {
  const edit = current();
  const decision = edit?.decision ? { ...placeOf(edit), action: edit.decision.action } : state.made.at(-1);
  if (!decision) throw new Error("there is nothing to take back");
  const answer = await ask("/api/undo", decision);
  const last = state.made.findLastIndex((row) => samePlace(row, decision));
  if (last >= 0) state.made.splice(last, 1);
  const index = state.page.edits.findIndex((row) => samePlace(row, decision));
  if (index < 0 || answer.status !== state.page.edits[index].status) return reload(decision);
  take(index, answer);
  focus(index);
}

/** Put an edit in its place as the server has it now, and count it anew. */
function take(index, edit) {
  const before = state.page.edits[index];
  state.page.edits[index] = edit;
  if (Boolean(before.decision) !== Boolean(edit.decision)) {
    const tally = state.overview.pages.find((page) => page.page === edit.page).tally;
    const add = (decided, number) => {
      const row = tally.find((r) => r[0] === edit.status && r[1] === edit.cause && r[2] === decided);
      if (row) row[3] += number;
      else tally.push([edit.status, edit.cause, decided, number]);
    };
    add(Boolean(before.decision), -1);
    add(Boolean(edit.decision), 1);
    showHeader();
  }
  repaint(index);
}

/** Fetch everything anew and go to a place: edits may have come or gone. */
async function reload(place) {
  state.overview = await ask("/api/document");
  state.page = await ask(`/api/pages/${place.page}`);
  const index = state.page.edits.findIndex((edit) => samePlace(edit, place));
  state.at = null;
  showHeader();
  showPage();
  focus(index >= 0 ? index : state.shown.find((at) => state.page.edits[at].line >= place.line));
}

/** What is selected within a stretch of a line that nobody marked. */
function pick() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const plain = range.startContainer.parentElement?.closest(".plain");
  if (!plain || plain !== range.endContainer.parentElement?.closest(".plain")) return;
  const raw = range.toString();
  const before = plain.textContent.slice(0, range.startOffset);
  const start = Number(plain.dataset.start) + Array.from(before).length;
  const place = { page: state.page.page, line: Number(plain.dataset.line), raw };
  state.picked = {
    ...place,
    start,
    end: start + Array.from(raw).length,
    cause: "not marked",
    status: "added",
    reading: null,
    candidates: [],
    evidence: [],
    now: { status: "unreadable", reading: null },
    decision: null,
  };
  showCard();
}

// ---- keys and clicks ----------------------------------------------------------------------------

/** The letter of a key, whatever language the keyboard is set to: with a Korean one, j gives ㅓ. */
const letter = (event) =>
  /^[a-z0-9]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^(Key|Digit)/, "").toLowerCase();

function retype() {
  if (!current()) return;
  $("typed").focus();
  $("typed").select();
}

const KEYS = {
  j: () => then(() => step(1)),
  k: () => then(() => step(-1)),
  a: () => then(accept),
  r: () => then(() => decide("reject")),
  u: () => then(undo),
  e: retype,
};
for (let index = 0; index < 5; index += 1) KEYS[index + 1] = () => then(() => choose(index));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  const act = KEYS[letter(event)];
  if (!act) return;
  event.preventDefault(); // or e would be typed into the field that it opens
  act();
});

$("typed").addEventListener("keydown", (event) => {
  // Enter and Escape that end the composing of a syllable belong to the input method
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape") {
    $("typed").blur();
    showCard();
  } else if (event.key === "Enter") {
    event.preventDefault();
    write();
  }
});

function write() {
  const typed = $("typed").value;
  $("typed").blur();
  then(() => decide("retype", typed));
}

$("retype").addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
$("lines").addEventListener("click", (event) => {
  const span = event.target.closest("[data-edit]");
  if (span) then(() => focus(Number(span.dataset.edit)));
});
$("lines").addEventListener("mouseup", pick);
$("accept").addEventListener("click", () => then(accept));
$("reject").addEventListener("click", () => then(() => decide("reject")));
$("undo").addEventListener("click", () => then(undo));
$("before").addEventListener("click", () => then(() => turn(-1)));
$("after").addEventListener("click", () => then(() => turn(1)));
$("page").addEventListener("change", (event) => then(() => openPage(Number(event.target.value))));
$("cause").addEventListener("change", (event) => {
  state.cause = event.target.value;
  then(refilter);
});
for (const name of ["open", "whole"]) {
  $(name).addEventListener("change", (event) => {
    state[name] = event.target.checked;
    event.target.blur();
    then(refilter);
  });
}

then(async () => {
  state.overview = await ask("/api/document");
  const pages = state.overview.pages;
  if (!count(pages, lets)) state.statuses = new Set(STATUSES);
  showCauses();
  const first = pages.find((page) => count([page], (row) => lets(row) && !row[2])) ?? pages[0];
  if (first) await openPage(first.page);
  else showHeader();
});
