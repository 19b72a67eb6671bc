// PannierScreen: what a full-screen program needs of a terminal, and nothing about files.
//
// cluster   what a reader sees as one character: a base with its marks, or an emoji of several scalars
// cell      one place of the screen: a cluster (or the right half of a wide one) and its style
// frame     all cells of one picture; drawn from nothing each time, compared with the last one, the difference written
// role      why something has a colour (“folder”, “problem”); views name roles, a theme gives them their looks
// ground    the role that lies behind
// tier      how many colours the terminal has
// glyphs    the signs that lines, bars and marks are drawn with
// terminal  where frames go and keys come from: ncurses, or memory (tests)
// bell      an eventfd that other threads ring to wake the loop; rung twice, it is heard once
