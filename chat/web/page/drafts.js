// What is typed or marked and not sent yet, kept in this browser: it survives a reload, and a server that is away or starts anew.

// A browser may keep nothing (a private window, no room); the page works all the same.
function tried(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

export function kept(key) {
  return {
    read: () => tried(() => localStorage.getItem(key)) ?? "",
    keep: (text) => tried(() => (text ? localStorage.setItem(key, text) : localStorage.removeItem(key))),
    drop: () => tried(() => localStorage.removeItem(key)),
  };
}

export const draft = (name) => kept(`draft ${name}`);
export const marks = (id) => kept(`marks ${id}`);
export const missed = (id) => kept(`missed ${id}`); // what a player took for the mystery

// A conversation that has ended takes nothing any more.
export function forget(id) {
  const mine = (key) => key.startsWith(`draft ${id} `) || [`marks ${id}`, `missed ${id}`].includes(key);
  tried(() => Object.keys(localStorage).filter(mine).forEach((key) => localStorage.removeItem(key)));
}
