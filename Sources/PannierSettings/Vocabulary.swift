// PannierSettings: the files that a person writes for the full screen, read into values. Nothing here draws, and nothing
// here stops the program: what is wrong in a file becomes a fault, and what it was about stays as it comes.
//
// configuration   all of it together: settings, keymap, theme, and the faults of their files
// setting         one line of config.toml
// keymap          what keymap.toml puts before, behind or in place of the bindings that come with the program
// theme           the look of every role of colour: shipped, or the person's own in themes/NAME.toml
// fault           what is wrong, in which file, at which line and column
// place           a line and a column, counted from 1
