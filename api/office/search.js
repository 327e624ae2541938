// The search that "/" opens: people, leads and classes.
import { all, complain, dialog, empty, fill, get, h, li, may, note, section, slotName, small, span, to } from "./kit.js";

const WAIT_MS = 200;
const MOST = 8;

export function find() {
  let run = 0;
  const found = h("div", { class: "found", "aria-live": "polite" });
  const input = h("input", { type: "search", "aria-label": "Search leads, people and classes", placeholder: "Leads, people, classes", autocomplete: "off", maxlength: 100 });
  const made = dialog("Search", () => [input, found, note("Arrow keys choose, Enter opens.")]);
  input.focus();
  input.addEventListener("input", () => {
    const mine = ++run;
    setTimeout(async () => {
      if (mine !== run) return;
      try {
        const groups = await look(input.value.trim());
        if (mine === run) show(groups);
      } catch (error) {
        complain(error);
      }
    }, WAIT_MS);
  });
  made.addEventListener("keydown", (event) => {
    const links = [...found.querySelectorAll("a")];
    const at = links.findIndex((a) => a === document.activeElement);
    if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : input)?.focus();
    else if (event.key === "Enter" && document.activeElement === input) links[0]?.click();
    else return;
    event.preventDefault();
  });

  /** @param {Found[]} groups */
  function show(groups) {
    const full = groups.filter(([, items]) => items.length);
    fill(found, !full.length && input.value.trim() !== "" && empty("Nothing found."), full.map(([title, items]) => section(title, h("ul", null, items.map(([address, name, more]) =>
      li(h("a", { href: address, onclick: () => made.close() }, span(name), " ", small(more))))))));
  }
}

/** @param {string} text @returns {Promise<Found[]>} */
async function look(text) {
  if (text === "") return [];
  const lower = text.toLocaleLowerCase();
  const [leads, people, classes] = await Promise.all([
    get("/leads", { search: text, limit: MOST }),
    may("listUsers") ? get("/users", { search: text, limit: MOST }) : { items: [] },
    all("/classroom-slots"),
  ]);
  return [
    ["Leads", leads.items.map((l) => [to("leads", { open: l.id }), l.name, l.stage.name])],
    ["People", people.items.map((u) => [u.role === "student" && may("listAdmissions") ? to("admissions", { studentId: u.id }) : to("people", { open: u.id }), u.name, u.role])],
    ["Classes", classes.filter((c) => `${c.course.name} ${c.teacher.name}`.toLocaleLowerCase().includes(lower)).slice(0, MOST).map((c) => [to("week", { courseId: c.course.id }), c.course.name, `${slotName(c)}, ${c.teacher.name}`])],
  ];
}
