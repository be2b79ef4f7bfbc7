// A place to drop files: sends them one after another to where data-to says, then says which batch they are.
// Runs once, as its js_on_load; `element` and `trigger` are Gradio's.
const say = (text) => { const line = element.querySelector(".wence-sent"); if (line) line.textContent = text; };

// The files of what was dropped: of a folder, with those inside it, the ones that can be read.
const list = async (entry) => {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader();
  const inside = [];
  for (let some; (some = await new Promise((done, fail) => reader.readEntries(done, fail))).length; ) inside.push(...some);
  const files = (await Promise.all(inside.map(list))).flat();
  const suffixes = element.querySelector("input[type=file]").accept.split(",");
  return files.filter((file) => suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix)));
};

const send = async (files, folder = "") => {
  const { to, sending, failed, refused } = element.querySelector(".wence-drop").dataset;
  const batch = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const wrong = [];
  let sent = 0;
  for (const file of files) {
    say(`${sending} ${sent + wrong.length + 1} / ${files.length}: ${file.name}`);
    try {
      const answer = await fetch(`${to}/${batch}/${encodeURIComponent(file.name)}`, { method: "PUT", body: file });
      if (answer.ok) sent += 1;
      else wrong.push((await answer.json().catch(() => ({}))).error ?? `${file.name}: ${refused}`);
    } catch {
      wrong.push(`${file.name}: ${failed}`);
    }
  }
  say(wrong.join(" · "));
  if (sent) trigger("upload", { batch, folder });
};

element.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  send([...event.target.files]);
  event.target.value = "";
});
const zone = (event) => (event.target instanceof Element ? event.target.closest(".wence-drop") : null);
for (const name of ["dragover", "dragenter"]) {
  element.addEventListener(name, (event) => { event.preventDefault(); zone(event)?.classList.add("wence-over"); });
}
element.addEventListener("dragleave", (event) => zone(event)?.classList.remove("wence-over"));
element.addEventListener("drop", (event) => {
  event.preventDefault();
  zone(event)?.classList.remove("wence-over");
  // Entries and files are to be had only before the first await.
  const files = [...event.dataTransfer.files];
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const folder = entries.length === 1 && entries[0].isDirectory ? entries[0].name : "";
  if (entries.length) Promise.all(entries.map(list)).then((found) => send(found.flat(), folder), () => send(files));
  else send(files);
});
