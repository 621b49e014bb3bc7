// Every text of the page itself, in one file: another language is another file like this one. What is said about a search
// (notes, reasons, problems) comes from the server.

const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

export const texts = {
  // index.html
  toContent: "To the content",
  toStart: "DIR-TIR: to the start",
  rounds: "Rounds",
  keys: "Keys",
  newSearch: "New search",
  enlargedResult: "Enlarged result",
  close: "Close",
  keyList: [
    [["1", "…", "9", "0"], "enlarge result 1 to 10"],
    [["a"], "answer the question"],
    [["p"], "say what is wrong with the painting"],
    [["v"], "enlarge the painting"],
    [["e"], "edit what is understood"],
    [["w"], "why these?"],
    [["s"], "search again with what is marked"],
    [["enlarged:", "←", "→"], "the result before, the next"],
    [["enlarged:", "Enter"], "this is it"],
    [["enlarged:", "s"], "search for more like this, at once"],
    [["enlarged:", "m", "n"], "mark it: more like this, not this"],
    [["enlarged or found:", "o", "d"], "open the original, download it"],
    [["enlarged or found:", "c", "f"], "copy its path, show its folder"],
    [["Esc"], "close, or leave a text field"],
  ],

  // asking the server
  serverAway: "The server does not answer. Is it still running?",
  serverSaid: (status) => `The server said ${status}.`,
  goesOnByItself: "The server does not answer. This page goes on by itself when it is back.",
  didNotWork: "That did not work",
  backToStart: "To the start",
  tryAgain: "Try again",

  // the start
  whichPicture: "Which picture do you have in mind?",
  whatDoesItShow: "What does the picture show?",
  example: "a fish on a meadow",
  fewWords: "A few words are enough to begin.",
  findIt: "Find it",
  gallery: "Gallery",
  galleryLine: (name, pictures) => `${name} (${count(pictures, "picture", "pictures")})`,
  galleryUnusable: (name) => `${name} (cannot be searched)`,
  galleryProblem: (name, problem) => `${name}: ${problem}`,
  noGallery: "There is no gallery yet. Make one in a terminal: dir-tir index FOLDER --gallery NAME",
  chooseFolderHere: "There is nothing to search yet: choose a folder of your pictures.",
  orPostcards: "No pictures at hand?",
  drawPostcards: "Draw some postcards to try it with",
  mystery: "Mystery postcard",
  mysteryPicture: "The mystery picture that you are to find",
  findThis: "Find this one",
  onlyYou: "Only you see it. Describe it in a few words, then answer what you are asked.",
  beginWithFew: "begin with a few words, not with all of it",
  anotherOne: "Another one",
  noMystery: "None",
  yourConversations: "Your conversations",
  conversationLine: ({ rounds, found, finished, mystery, begun }) => {
    const so = count(rounds, "round", "rounds");
    const end = found ? `found after ${so}` : finished ? "rounds used up" : `goes on after ${so}`;
    return `${mystery ? "mystery, " : ""}${end}, ${new Date(begun).toLocaleString()}`;
  },

  // galleries
  galleries: "Galleries",
  pictures: (number) => count(number, "picture", "pictures"),
  cannotSearch: (problem) => `cannot be searched: ${problem}`,
  notManaged: "Galleries are made and changed by whoever runs the server.",
  noneYet: "There is no gallery yet. Choose a folder of pictures below.",
  galleryFacts: ({ count: number, profile, size }) => [texts.pictures(number), profile && `models: ${profile.split("/").at(-1).replace(/\.toml$/, "")}`, size && texts.bytes(size)].filter(Boolean).join(" · "),
  bytes: (size) => (size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : size < 1e9 ? `${(size / 1e6).toFixed(0)} MB` : `${(size / 1e9).toFixed(1)} GB`),
  unfinished: "Not finished. What is there can be searched already.",
  searchIn: "Search in it",
  bringUpToDate: "Bring up to date",
  bringFolder: (folder) => `Bring up to date: ${folder}`,
  goOn: "Go on",
  addFolder: "Add a folder",
  stop: "Stop",
  delete: "Delete",
  deleteIt: "Delete…",
  deleteGallery: (name) => `Delete the gallery “${name}”?`,
  deleteGalleryMeans: (number, talks) =>
    `What was worked out about ${texts.pictures(number)} goes. The pictures themselves stay where they are.` +
    (talks ? ` ${talks === 1 ? "Your conversation" : `Your ${talks} conversations`} in it can still be read, and go on when there is a gallery of this name again.` : ""),
  progressOf: (name) => `Progress of ${name}`,
  working: ({ phase, done, total, stopping, seconds_left: left }) => {
    if (stopping) return "Stopping: what was read is being stored";
    const so = {
      looking: "Looking for pictures",
      drawing: `Drawing postcards: ${done} of ${total}`,
      fetching: `Fetching models: ${done} of ${total} are here`,
      loading: "Loading the encoder",
      indexing: `${done} of ${texts.pictures(total)}`,
      preparing: "Preparing the search",
    }[phase];
    return left === null ? so : `${so}, ${texts.left(left)} left at this speed`;
  },
  left: (seconds) => (seconds < 90 ? count(seconds, "second", "seconds") : seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`),
  ended: { done: "Up to date.", stopped: "Stopped; nothing is lost.", failed: "It did not work:" },
  outcome: (done) =>
    done
      ? [["added", "added"], ["changed", "changed"], ["moved", "moved"], ["returned", "came back"], ["removed", "removed"], ["kept", "as they were"], ["copies", "copies of others"]]
          .filter(([key]) => done[key])
          .map(([key, words]) => `${done[key]} ${words}`)
          .join(", ") + (done.closed ? `. ${count(done.closed, "place", "places")} could not be looked into; what was known of them stays` : "") +
        (done.lost ? `. ${texts.pictures(done.lost)} of other folders were lost with a damaged file: bring those folders up to date` : "")
      : "",
  leftOut: (number) => `${count(number, "file", "files")} left out`,
  vanished: (what) => `${what} are not there any more, and stay in the gallery. Is everything mounted that should be?`,
  removeVanished: "Remove them from the gallery",
  makeGallery: "Make a gallery",
  folderFor: (gallery) => `A folder for “${gallery}”`,
  folder: "Folder",
  whereFolder: "Where this folder is",
  picturesBelow: (number, all) => (number || !all ? `${all ? "" : "At least "}${count(number, "picture", "pictures")} here and below.` : "No pictures here or below."),
  moreFolders: (number) => `${count(number, "folder is", "folders are")} not listed.`,
  models: "Models",
  lookingAtModels: "Looking at what is here",
  timeMeasured: "How long it takes is measured while it runs, and shown.",
  does: ({ limited_to: limited, asks, paints }) =>
    (limited ? `knows only ${limited}` : asks && paints ? "asks and paints" : asks ? "asks" : paints ? "paints" : "plain search: you say or point at what is nearer"),
  needs: ({ fetch, lacking, memory, free, device, problem }) => {
    if (problem) return `Cannot run here: ${problem}`;
    if (lacking.length) return `Its weights are not here: ${lacking.join(", ")}`;
    const gb = (number) => `${number.toFixed(1)} GB`;
    const fits = memory.conversation <= free ? "" : " (does not fit)";
    return `${fetch ? `${gb(fetch)} to fetch` : "All of it is here"}. Memory: ${gb(memory.indexing)} to index, ${gb(memory.conversation)} for a conversation${fits}; ${gb(free)} free on ${device}.`;
  },
  galleryName: "Name of the gallery",
  nameRule: "Letters, digits, dots and dashes, beginning with a letter or digit",
  startIndexing: "Start indexing",
  started: (name) => `${name}: indexing has begun.`,

  // a conversation
  conversation: "Conversation",
  results: "Results",
  find: "Find this one. Only you see it.",
  you: "You",
  itAsked: "It asked",
  paintingOf: (prompt) => `Painting of: ${prompt}`,
  paintingOfUnderstood: (prompt) => `A painting of what has been understood: ${prompt}`,
  painting: "Painting",
  round: (number) => (number ? `Round ${number}` : "First search"),
  lookAt: (name) => `${name}: look at its results`,
  toCome: (name) => `${name}: still to come`,
  thatIsIt: "That is it!",
  answerAgain: "answer again",
  answerAgainFrom: (round) => `Answer again from round ${round} on`,
  takeBack: "Take it back",
  keepLooking: "It is not: keep looking",
  branches: (number) => (number === 1 ? "Another way you went" : `${number} other ways you went`),
  branch: ({ since, rounds, description, found }) => `From round ${since} to ${rounds}${found ? ", found" : ""}: ${description}`,
  returnTo: "Return to it",
  returnToBranch: (branch) => `Return to it. ${texts.branch(branch)}`,
  skipped: "skipped",
  marks: (more, not) => [more && `${more} more like this`, not && `${not} not these`].filter(Boolean).join(", "),
  // What was said without being asked: results pointed at, what is understood put right.
  unasked: ({ more_like: more, not_these: not, show_again: again, description, prompt, ruled_out: out }) =>
    [
      texts.marks(more?.length, not?.length),
      again && texts.wantedAgain,
      description && texts.edited(description),
      prompt && texts.editedPrompt(prompt),
      out && texts.editedRuledOut(out),
    ].filter(Boolean),
  loading: ([done, total]) => `Loading models: ${done} of ${total}`,
  searching: "Searching",
  thinking: "Thinking of a question",
  wordsApart: "Words that tell the pictures apart",
  takeWord: (word) => `It shows: ${word}`,
  ruleOutWord: (word) => `It does not show: ${word}`,
  sayMore: "Point at the nearest, or say more of the picture", // where no model can ask
  paintingComes: (prompt) => `I paint what I understood: ${prompt}`,
  iPainted: (prompt) => `I painted what I understood: ${prompt}`,
  noPicture: "A painting, no picture of the gallery: it shows what is searched for.",
  enlargePainting: (prompt) => `Enlarge the painting of: ${prompt}`,
  steps: ({ done, total }) => `${done} of ${total} steps`,
  answers: "Your answers",
  question: "Question",
  eitherOrBoth: "What is empty stays open.",
  nothingTyped: "Nothing is typed yet: write an answer, or skip.",
  yourAnswer: "Your answer",
  inYourWords: "In your own words",
  whatIsWrong: "What is wrong with the painting",
  itShouldBe: "It should be…",
  send: "Send",
  skip: "Skip",
  skipQuestion: "Skip the question",
  skipPainting: "Skip the painting",
  roundsUsedUp: "The rounds are used up",
  beginAgain: "Begin again with other words; what was understood is a good start.",

  understoodAs: (english) => `understood as: ${english}`,

  // results
  mark: { more_like: "more like this", not_these: "not this" },
  moreLikeThis: "More like this",
  howToPoint: "Is one of them near? Point at it: “More like this” searches at once.",
  moreLike: (number) => `More like result ${number}: search at once`,
  markMore: "Mark it: more like this",
  markMoreShort: "♥ Mark",
  markNot: "Mark it: not this",
  markNotShort: "✕ Not this",
  showAgain: "Show again what was shown",
  wantedAgain: "what was shown may come again",
  noneOfThese: "None of these",
  resultLabel: (number, result, round, mark, hit) =>
    `Result ${number}: ${texts.named(result)}, ${texts.matches(result.source, round)}${result.gone ? ", no longer in the gallery" : ""}${mark ? `, marked ${texts.mark[mark]}` : ""}${hit ? ", this is it" : ""}`,
  gone: "no longer in the gallery",
  allGone: "The gallery has none of these pictures any more. Begin a new search, in another gallery or in this one once it is indexed again.",
  noResults: "There is no picture to show. Begin a new search with other words, or in another gallery.",
  cannotBeShown: "its file is gone, or cannot be read",
  byModel: "in a model's words",
  looksLike: (words) => `looks like: ${words}`,
  named: ({ caption, looks_like }) => (looks_like ? `${caption}, ${texts.looksLike(looks_like)}` : caption),
  matches: (source, round) => (source === "image" ? "matches the painting" : round ? "matches your answers" : "matches your words"),
  marked: (counts) => `${Object.entries(texts.mark).filter(([kind]) => counts[kind]).map(([kind, words]) => `${counts[kind]} ${words}`).join(", ")}: counts with your next answer.`,
  searchAgain: "Search again now",
  forgetMarks: "Forget marks",
  thisIsIt: "This is it",
  before: "The result before",
  next: "The next result",
  toNewest: "to the newest",

  // the file of a result
  fileFacts: ({ name, width, height, bytes, date, taken }) =>
    [
      name,
      date && `${taken ? "taken" : "file of"} ${new Date(date).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}`,
      width && `${width} × ${height}`,
      bytes && texts.bytes(bytes),
    ].filter(Boolean).join(" · "),
  bytes: (number) => (number < 1e6 ? `${Math.max(1, Math.round(number / 1e3))} kB` : `${(number / 1e6).toFixed(number < 1e7 ? 1 : 0)} MB`),
  openOriginal: "Open the original",
  download: "Download",
  copyPath: "Copy path",
  showFolder: "Show folder",
  pathCopied: "The path is copied.",
  copyByHand: (path) => `This browser does not let the page copy. The path: ${path}`,
  folderShown: "The folder is opening on this machine.",
  severalFiles: (number) => `${number} files hold this picture:`,
  fileState: { missing: "(not there any more)", changed: "(changed since it was indexed)" },
  goneFile: "The gallery does not know this picture any more. Nothing is left to open.",
  missingFile: "The file is not where it was when it was indexed. Index its folder again, and the gallery knows where it is now.",
  changedFile: "The file has changed since it was indexed. Index its folder again to open it from here.",

  // what is understood
  understood: "Understood so far",
  edit: "Edit",
  editUnderstood: "Edit what is understood",
  edited: (text) => `The picture shows: ${text}`,
  editedPrompt: (text) => `The painting shows: ${text}`,
  editedRuledOut: (all) => (all.length ? `It does not show: ${all.join(", ")}` : "Nothing is ruled out"),
  pictureShows: "The picture shows",
  paintingShows: "The next painting shows",
  searchWithThis: "Search with this",
  cancel: "Cancel",
  ruledOut: "Ruled out",
  not: (text) => `not: ${text}`,
  allow: (text) => `Allow it again: ${text}`,
  verdict: (found, mystery) => (!mystery ? "Found" : found === mystery ? "Found: it is the one you were shown" : "That is not the one you were shown"),
  foundAfter: (rounds) => (rounds ? `after ${count(rounds, "round", "rounds")}` : "at the first search"),

  // why these?
  why: "Why these?",
  asUnderstood: "The description as it is understood",
  writtenBy: { person: "as you wrote it", joined: "with your words added as they are", kept: "left as it was" },
  faults: (faults) => `turned down of the model: ${faults.join(", ")}`,
  foundOf: (text, number) => `${text} (found ${number} of them)`,
  promptOfPainting: "The prompt of the painting",
  nextPrompt: "The next painting's prompt",
  questionOfRound: "The question of this round",
  howWell: "How well they match",
  whatLikenessIs: "The likeness that the encoder sees between a picture and what found it: 1 is the same.",
  likeness: (result, round) => `${texts.named(result)}: ${texts.matches(result.source, round)}, ${result.score.toFixed(2)}`,
  captions: "One picture for each cluster of those that fitted, as its caption or its words say it",
  turnedDown: "Questions that were turned down",
  nothing: "(nothing)",
  firstSearchAlone: "The first search looks with your description alone.",

  // what is said aloud to screen readers
  foundEnded: "Found. The conversation has ended.",
  roundsUsedUpSaid: "The rounds are used up.",
  tenNew: (name) => `${name}: ten new results. `,
  questionSaid: (question) => `Question: ${question} `,
  paintingThere: "The painting is there. ",
};
