// The search that "/" opens: people, leads and classes.
import { all, get } from "./api.js";
import { empty, fill, h, li, small, span } from "./dom.js";
import { complain, dialog, slotName } from "./parts.js";
import { to } from "./router.js";
import { may } from "./session.js";

const WAIT_MS = 200;
const MOST = 8;

export function find() {
  let run = 0;
  const found = h("div", { class: "found", "aria-live": "polite" });
  const input = h("input", { type: "search", "aria-label": "Search leads, people and classes", placeholder: "Leads, people, classes", autocomplete: "off", maxlength: 100 });
  const made = dialog("Search", () => [input, found, h("p", { class: "note" }, "Arrow keys choose, Enter opens.")]);
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

  /** @param {{ title: string, items: { address: string, name: string, more: string }[] }[]} groups */
  function show(groups) {
    const full = groups.filter((g) => g.items.length);
    fill(found, full.length === 0 && input.value.trim() !== "" ? empty("Nothing found.") : null,
      full.map((g) => h("section", null, h("h3", null, g.title), h("ul", null, g.items.map((i) =>
        li(h("a", { href: i.address, onclick: () => made.close() }, span(i.name), " ", small(i.more))))))));
  }
}

/** @param {string} text */
async function look(text) {
  if (text === "") return [];
  const lower = text.toLocaleLowerCase();
  const [leads, people, classes] = await Promise.all([
    get("/v1/leads", { query: { search: text, limit: MOST } }),
    may("listUsers") ? get("/v1/users", { query: { search: text, limit: MOST } }) : { items: [] },
    all("/v1/classroom-slots"),
  ]);
  return [
    { title: "Leads", items: leads.items.map((l) => ({ address: to("leads", { open: l.id }), name: l.name, more: l.stage.name ?? "" })) },
    { title: "People", items: people.items.map((u) => ({ address: u.role === "student" && may("listAdmissions") ? to("admissions", { studentId: u.id }) : to("people", { open: u.id }), name: u.name, more: u.role })) },
    { title: "Classes", items: classes.filter((c) => `${c.course.name} ${c.teacher.name}`.toLocaleLowerCase().includes(lower)).slice(0, MOST).map((c) => ({ address: to("week", { courseId: c.course.id }), name: c.course.name ?? "", more: `${slotName(c)}, ${c.teacher.name}` })) },
  ];
}
