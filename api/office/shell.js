// The shell: sections by what one may call, search, bell, person; and the screen that the address names.
import { actions, arrive, button, byId, complain, cross, details, dialog, div, empty, end, fill, form, go, h, here, instead, li, link, logOut, may, me, number, opened, p, post, readUntil, refreshBy, Refusal, small, span, spoken, to, unread, whenReached, withQuery } from "./kit.js";
import { changes, start } from "./live.js";
import { SCREENS } from "./screens.js";
import { find } from "./search.js";

const SPINNER_AFTER_MS = 200;

let leaving = new AbortController();
/** The screen, and what it and what is beside it show. @type {{ screen: Page, shown: string, beside: string } | null} */
let present = null;
/** Loads of one place may overtake each other: the last that began counts. What the places show by now. */
const turns = { screen: 0, beside: 0, id: "" };
/** @type {Page | null} */
let shows = null;

/** Show the school to who is logged in. */
export async function open() {
  try {
    await arrive();
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return;
    fill(byId("app"), h("main", { class: "alone" }, h("h1", null, "Ostinato"), p("The school cannot be reached."), button("Try again", open)));
    return;
  }
  fill(byId("app"), shell());
  addEventListener("hashchange", onAddress);
  changes.addEventListener("look", onLook);
  changes.addEventListener("notification", ring);
  start();
  void ring();
  onAddress();
}

/** @param {boolean} everywhere */
async function leave(everywhere) {
  await logOut(everywhere);
  history.replaceState(null, "", location.pathname);
  end();
}

function shell() {
  const person = me();
  const visible = Object.entries(SCREENS).filter(([, s]) => opens(s));
  return [
    h("a", { class: "skip", href: "#main", onclick: (e) => { e.preventDefault(); byId("main").focus(); } }, "Skip to the content"),
    h("header", { id: "top" },
      link(to(""), person.school.name, "school"),
      may("listLeads") && button(["Search", h("kbd", null, "/")], find, { class: "search" }),
      h("span", { class: "space" }),
      h("a", { id: "bell", href: to("bell") }, "Notices", h("b", { id: "unread", hidden: true })),
      button([span(person.name), small(person.role.replace("_", " "))], about, { class: "person" })),
    h("nav", { id: "nav", "aria-label": "Sections" }, ["Work", "Classes", "School"].map((title) => {
      const inside = visible.filter(([, s]) => s.nav === title);
      return inside.length > 0 && div(h("h2", null, title), h("ul", null, inside.map(([name, s]) => li(h("a", { href: to(name), "data-name": name }, s.title)))));
    })),
    h("div", { id: "offline", role: "status", hidden: true }, "The school cannot be reached. What you see may be old."),
    h("main", { id: "main", tabindex: -1 }, h("div", { id: "screen" }), h("aside", { id: "beside", hidden: true, "aria-label": "Details" })),
  ];
}

whenReached((isThere) => {
  const said = document.getElementById("offline");
  if (said) said.hidden = isThere;
});

/** Who I am, my password, and out. */
function about() {
  const person = me();
  dialog(person.name, (shut) => [
    p(person.email ?? ""),
    details("Change the password", form({
      action: "Change the password",
      fields: [
        ["currentPassword", "Present password*", "password", { autocomplete: "current-password" }],
        ["newPassword", "New password*", "password", { hint: "12 characters or more.", autocomplete: "new-password" }],
      ],
      submit: async (values) => {
        await post("/auth/password", values);
        shut();
      },
    })),
    p(link("docs", "Documentation of the API")),
    actions(button("Log out", () => leave(false), { class: "main" }), button("Log out everywhere", () => leave(true))),
  ]);
}

async function ring() {
  try {
    const { count } = await unread();
    const badge = document.getElementById("unread");
    if (!badge) return;
    badge.hidden = count === 0;
    badge.textContent = number(count);
    byId("bell").setAttribute("aria-label", `Notices, ${count} unread`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

/** @param {Page} screen */
const opens = (screen) => screen.needs.some(may) && !(screen.except && may(screen.except));

const firstScreen = () => Object.entries(SCREENS).find(([, s]) => s.nav && opens(s))?.[0] ?? "bell";

function onAddress() {
  const { name } = here();
  const screen = SCREENS[name];
  if (!screen || !opens(screen)) {
    instead(to(firstScreen()));
    return;
  }
  leaving.abort();
  leaving = new AbortController();
  readUntil(leaving.signal);
  const isNew = present?.screen !== screen;
  present = { screen, shown: isNew ? "" : present?.shown ?? "", beside: "" };
  document.querySelector("#nav [aria-current]")?.removeAttribute("aria-current");
  const link = document.querySelector(`#nav [data-name="${name}"]`);
  link?.setAttribute("aria-current", "page");
  if (isNew) link?.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.title = `${screen.title} · ${me().school.name}`;
  void Promise.all([show(), showBeside()]);
}

/** Somebody changed something, or might have: look, unless the person is writing. */
function onLook() {
  const isWriting = document.querySelector("dialog[open], #main [data-typed], #main :is(input, textarea):focus");
  if (present && !isWriting) void Promise.all([show(true), showBeside()]);
}

refreshBy(async () => {
  if (present && byId("screen").contains(document.activeElement)) present.shown = "";
  await Promise.all([show(), showBeside()]);
});

/** Load the screen and put it in place, if anything of it differs. @param {boolean} [quietly] */
async function show(quietly) {
  const mine = present;
  if (!mine) return;
  const turn = ++turns.screen;
  const isNew = shows !== mine.screen;
  const target = byId("screen");
  const waiting = isNew ? setTimeout(() => fill(target, h("p", { class: "empty", role: "status" }, "Loading …")), SPINNER_AFTER_MS) : 0;
  try {
    const data = await mine.screen.load();
    if (turn !== turns.screen) return;
    const shown = JSON.stringify([withQuery({ open: null }), data]);
    if (shown !== mine.shown || !target.childElementCount) {
      mine.shown = shown;
      shows = mine.screen;
      if (isNew) target.replaceChildren();
      keeping(target, () => fill(target, mine.screen.view(data)));
      if (isNew) target.querySelector("h1")?.focus();
    }
    mark();
  } catch (error) {
    if (turn !== turns.screen) return;
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401) return;
    if (isNew || !target.childElementCount) fill(target, h("h1", { tabindex: -1 }, mine.screen.title), empty(spoken(error.message)), actions(button("Try again", () => show())));
    else if (!quietly) complain(error);
  } finally {
    clearTimeout(waiting);
  }
}

/** The same for what stands beside the screen. */
async function showBeside() {
  const mine = present;
  const turn = ++turns.beside;
  const id = opened();
  const aside = byId("beside");
  if (!id || !mine?.screen.beside) {
    aside.hidden = true;
    aside.replaceChildren();
    turns.id = "";
    return;
  }
  const isNew = turns.id !== id;
  try {
    const node = await mine.screen.beside(id);
    const html = node.outerHTML.replace(/f-[\w-]+/g, "");
    if (turn !== turns.beside || html === mine.beside) return;
    mine.beside = html;
    turns.id = id;
    aside.hidden = false;
    if (isNew) aside.replaceChildren();
    keeping(aside, () => fill(aside, cross("Close the details", shutBeside, "shut"), node));
    if (isNew) aside.querySelector("h2")?.focus();
  } catch (error) {
    if (turn !== turns.beside || !(isNew || (error instanceof Refusal && error.status === 404))) return;
    complain(error);
    shutBeside();
  }
}

/** Back to the list, and to the row that was open. */
function shutBeside() {
  const id = opened();
  go(withQuery({ open: null }));
  document.getElementById(`row-${id}`)?.focus();
}

/** Say which row stands beside. */
function mark() {
  const row = `row-${opened()}`;
  document.querySelectorAll("#screen [id^=row-]").forEach((a) => a.closest("tr, article")?.setAttribute("aria-current", String(a.id === row)));
}

/** Change what a place shows, but neither what is being written in it nor where the focus is. @param {Element} target @param {() => void} change */
function keeping(target, change) {
  const active = /** @type {HTMLInputElement} */ (document.activeElement);
  const had = target.contains(active);
  const at = had && active.type === "text" ? active.selectionStart : null;
  /** @type {NodeListOf<HTMLInputElement>} */
  const written = target.querySelectorAll("form[data-typed] [name]");
  const boxes = () => [...target.querySelectorAll(".table, .board, .week")];
  const scrolled = boxes().map((box) => [box.scrollLeft, box.scrollTop]);
  const same = (/** @type {HTMLInputElement} */ old) => /** @type {HTMLInputElement | null} */ (target.querySelector(old.name ? `[name="${old.name}"]` : `[id="${old.id || "none"}"]`));
  change();
  boxes().forEach((box, n) => { [box.scrollLeft = 0, box.scrollTop = 0] = scrolled[n] ?? []; });
  for (const old of at === null ? written : [...written, active]) {
    const now = same(old);
    if (now) [now.value, now.checked] = [old.value, old.checked];
    if (now?.form && old.form?.dataset["typed"]) now.form.dataset["typed"] = "yes";
  }
  if (!had || active.isConnected) return;
  const again = same(active) ?? /** @type {HTMLInputElement | null} */ (target.querySelector("h1, h2"));
  again?.focus({ preventScroll: true });
  if (at !== null && again?.type === "text") again.setSelectionRange(at, at);
}

document.addEventListener("keydown", (event) => {
  if (!present || event.ctrlKey || event.metaKey || event.altKey) return;
  const writing = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
  if (event.key === "/" && !writing && may("listLeads")) {
    event.preventDefault();
    find();
  } else if (event.key === "Escape" && !writing && !document.querySelector("dialog[open]") && opened()) {
    shutBeside();
  }
});
