#pragma once
// ncursesw. What it offers as macros or as global variables gets a name that Swift can call.
#ifndef _XOPEN_SOURCE_EXTENDED
#define _XOPEN_SOURCE_EXTENDED 1
#endif
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <stdlib.h>
#include <wchar.h>

static inline WINDOW *pannier_curses_window(void) { return stdscr; }
static inline int pannier_curses_colors(void) { return COLORS; }

/// Writes one character (a base and what combines with it, five code points at most) with an extended colour pair.
static inline int pannier_curses_put(int row, int column, const wchar_t *text, attr_t attributes, int pair) {
    cchar_t cell;
    if (setcchar(&cell, text, attributes, 0, &pair) == ERR) return ERR;
    return mvwadd_wch(stdscr, row, column, &cell);
}

/// KEY_CODE_YES, OK or ERR, as wget_wch.
static inline int pannier_curses_key(wint_t *key) { return wget_wch(stdscr, key); }

/// From now on the whole screen is written again by the next refresh.
static inline void pannier_curses_touch(void) { clearok(stdscr, TRUE); }
static inline int pannier_curses_flush(void) { return wrefresh(stdscr); }
static inline void pannier_curses_setup(void) {
    raw();
    noecho();
    nonl();
    set_escdelay(25);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    curs_set(0);
}

/// One event of the mouse, taken apart.
struct pannier_curses_mouse {
    /// 1 left, 2 middle, 3 right, 4 wheel up, 5 wheel down; 0 for what is none of these.
    int button;
    bool is_press;
    bool is_shift;
    bool is_control;
    int row;
    int column;
};

/// Has presses, releases and the wheel told at once: ncurses would wait after each press whether a click becomes of it.
static inline void pannier_curses_listen(bool is_wanted) {
    mmask_t mask = BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON2_PRESSED | BUTTON2_RELEASED | BUTTON3_PRESSED |
                   BUTTON3_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED | BUTTON_SHIFT | BUTTON_CTRL;
    mouseinterval(0);
    mousemask(is_wanted ? mask : 0, NULL);
}

/// The event that KEY_MOUSE announces. OK or ERR, as getmouse.
static inline int pannier_curses_mouse(struct pannier_curses_mouse *mouse) {
    static const mmask_t presses[] = {
        BUTTON1_PRESSED, BUTTON2_PRESSED, BUTTON3_PRESSED, BUTTON4_PRESSED, BUTTON5_PRESSED};
    static const mmask_t releases[] = {BUTTON1_RELEASED, BUTTON2_RELEASED, BUTTON3_RELEASED};
    MEVENT event;
    if (getmouse(&event) == ERR) return ERR;
    mouse->button = 0;
    mouse->is_press = false;
    for (int index = 0; index < 3; index++) {
        if (event.bstate & releases[index]) mouse->button = index + 1;
    }
    for (int index = 0; index < 5; index++) {
        if (event.bstate & presses[index]) {
            mouse->button = index + 1;
            mouse->is_press = true;
        }
    }
    mouse->is_shift = (event.bstate & BUTTON_SHIFT) != 0;
    mouse->is_control = (event.bstate & BUTTON_CTRL) != 0;
    mouse->row = event.y;
    mouse->column = event.x;
    return OK;
}

// Attributes are macros with casts.
static inline attr_t pannier_curses_bold(void) { return WA_BOLD; }
static inline attr_t pannier_curses_dim(void) { return WA_DIM; }
static inline attr_t pannier_curses_reverse(void) { return WA_REVERSE; }
static inline attr_t pannier_curses_underline(void) { return WA_UNDERLINE; }

/// What places that were never written look like.
static inline void pannier_curses_background(int pair) {
    cchar_t blank;
    if (setcchar(&blank, L" ", 0, 0, &pair) != ERR) wbkgrnd(stdscr, &blank);
}

/// Columns by the C library: negative for what the locale does not know.
extern int wcwidth(wchar_t character);
static inline int pannier_curses_width(wchar_t character) { return wcwidth(character); }
