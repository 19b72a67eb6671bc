import Testing

/// What programs do when they save `a.txt`, or fetch `a.zip`, as it was heard. Recorded with ``ProgramRecorder`` on Linux
/// 6.18 from the commands that are named; those of which it says so were written down from what they are known to do.
struct SaveRecording: Sendable, CustomTestStringConvertible {
    let program: String
    /// What was saved.
    var name = "a.txt"
    let text: String

    var testDescription: String { program }

    static let all = [vimRenames, vimInPlace, vimFirst, emacs, emacsPrecious, libreOffice, kate, chrome, firefox]

    /// vim 9.0: `set writebackup backupskip= backupcopy=no`, `:wq`.
    static let vimRenames = SaveRecording(
        program: "vim that renames what was there",
        text: """
            8 made .a.txt.swp
            8 made .a.txt.swx
            8 closed .a.txt.swx
            8 removed .a.txt.swx
            8 closed .a.txt.swp
            8 removed .a.txt.swp
            8 made .a.txt.swp
            8 written .a.txt.swp
            8 touched .a.txt.swp
            8 written .a.txt.swp
            309 movedAway#1 a.txt
            309 movedHere#1 a.txt~
            309 made a.txt
            309 written a.txt
            310 touched a.txt
            310 closed a.txt
            310 touched a.txt
            310 written .a.txt.swp
            310 removed a.txt~
            310 closed .a.txt.swp
            310 removed .a.txt.swp
            """)

    /// vim 9.0: `set writebackup backupskip= backupcopy=yes`, `:wq`.
    static let vimInPlace = SaveRecording(
        program: "vim that writes in place",
        text: """
            7 made .a.txt.swp
            7 made .a.txt.swx
            7 closed .a.txt.swx
            7 removed .a.txt.swx
            7 closed .a.txt.swp
            7 removed .a.txt.swp
            7 made .a.txt.swp
            7 written .a.txt.swp
            7 touched .a.txt.swp
            7 written .a.txt.swp
            308 made a.txt~
            308 written a.txt~
            308 closed a.txt~
            308 touched a.txt~
            308 written a.txt
            310 touched a.txt
            310 closed a.txt
            310 written .a.txt.swp
            310 removed a.txt~
            310 closed .a.txt.swp
            310 removed .a.txt.swp
            """)

    /// vim 9.0, which first tries by a file `4913` whether it may make files there; as it is known to do.
    static let vimFirst = SaveRecording(
        program: "vim that tries the folder out",
        text: """
            0 made 4913
            0 touched 4913
            0 closed 4913
            0 removed 4913
            1 movedAway#1 a.txt
            1 movedHere#1 a.txt~
            1 made a.txt
            1 written a.txt
            3 closed a.txt
            3 touched a.txt
            4 removed a.txt~
            """)

    /// GNU Emacs 28.2: `save-buffer`.
    static let emacs = SaveRecording(
        program: "emacs",
        text: """
            97 made .#a.txt
            396 written a.txt
            396 closed a.txt
            396 closed a.txt
            396 removed .#a.txt
            """)

    /// GNU Emacs 28.2: `(setq file-precious-flag t)`, `save-buffer`.
    static let emacsPrecious = SaveRecording(
        program: "emacs that writes another file first",
        text: """
            48 made .#a.txt
            349 made tmpl3Kb9c
            349 closed tmpl3Kb9c
            349 written tmpl3Kb9c
            349 written tmpl3Kb9c
            349 closed tmpl3Kb9c
            349 closed tmpl3Kb9c
            349 removed .#a.txt
            349 movedAway#1 tmpl3Kb9c
            349 movedHere#1 a.txt
            350 touched a.txt
            350 touched a.txt
            """)

    /// LibreOffice 7: opened, saved and closed; as it is known to do.
    static let libreOffice = SaveRecording(
        program: "LibreOffice",
        text: """
            0 made .~lock.a.txt#
            0 written .~lock.a.txt#
            0 closed .~lock.a.txt#
            900 made lu41253x7n2p.tmp
            900 closed lu41253x7n2p.tmp
            905 written lu41253x7n2p.tmp
            960 written lu41253x7n2p.tmp
            990 closed lu41253x7n2p.tmp
            991 touched lu41253x7n2p.tmp
            991 movedAway#1 lu41253x7n2p.tmp
            991 movedHere#1 a.txt
            1400 removed .~lock.a.txt#
            """)

    /// KDE's KSaveFile and Qt's QSaveFile; as they are known to do.
    static let kate = SaveRecording(
        program: "Kate",
        text: """
            0 made a.txt.XkVbTq
            0 touched a.txt.XkVbTq
            2 written a.txt.XkVbTq
            4 closed a.txt.XkVbTq
            4 movedAway#1 a.txt.XkVbTq
            4 movedHere#1 a.txt
            """)

    /// A shell that does what Chrome does: a file of a name of its own that is renamed twice, open all the while.
    static let chrome = SaveRecording(
        program: "Chrome", name: "a.zip",
        text: """
            1 made .com.google.Chrome.abc
            1 written .com.google.Chrome.abc
            502 written .com.google.Chrome.abc
            1004 written .com.google.Chrome.abc
            1505 written .com.google.Chrome.abc
            3011 movedAway#1 .com.google.Chrome.abc
            3011 movedHere#1 Unconfirmed 1.crdownload
            3012 written Unconfirmed 1.crdownload
            3513 written Unconfirmed 1.crdownload
            9015 written Unconfirmed 1.crdownload
            15520 written Unconfirmed 1.crdownload
            26021 closed Unconfirmed 1.crdownload
            26023 movedAway#2 Unconfirmed 1.crdownload
            26023 movedHere#2 a.zip
            """)

    /// A shell that does what Firefox does: an empty file by the last name, and another one that is renamed over it.
    static let firefox = SaveRecording(
        program: "Firefox", name: "a.zip",
        text: """
            0 made a.zip
            0 closed a.zip
            1 made x7.zip.part
            1 written x7.zip.part
            502 written x7.zip.part
            1003 written x7.zip.part
            9009 written x7.zip.part
            24513 written x7.zip.part
            25014 closed x7.zip.part
            25016 movedAway#1 x7.zip.part
            25017 movedHere#1 a.zip
            """)
}
