// PannierApp: what the person at the terminal sees and presses. It knows the agent only as an EngineLink.
//
// model     all that the screen can show; a value that one loop owns
// message   something that happened: a key, an answer, an event, time
// effect    something that `update` wants done: a command sent, the terminal suspended
// pane      one of the two lists of files: My Files, Shared With Me
// window    the rows of a folder that are held: those on the screen and some around them
// line      one place of a pane's list: `../` where there is a folder above, then the rows
// strip     the few lines that tell of transfers
// notice    what is said in the message line because of the last key or event
// courier   carries commands to the agent, and answers and events back
//
// A key's way: terminal → message → `Model.update` → effects; then the views read the model and draw a frame. State and
// view of a thing have the same name in two places: State/Pane, View/PaneView.
