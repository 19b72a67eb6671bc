/// What `pannier explain CODE` says: what the code means for the data, and what to do.
package struct Explanation: Hashable, Sendable {
    package let meaning: String
    package let advice: String

    init(_ meaning: String, _ advice: String) {
        self.meaning = meaning
        self.advice = advice
    }
}

extension Problem.Code {
    package var explanation: Explanation {
        switch self {
        case .badRequest, .tooLarge, .nameNotAllowed, .idempotencyMismatch: explanationOfQuestion
        case .signInFailed, .tokenInvalid, .notFound, .notSignedIn, .viewOnly: explanationOfAccess
        case .nameTaken, .nameTwin, .cycle, .notFolder, .notFile, .tooDeep, .trashed, .changedSince, .conflict:
            explanationOfTree
        case .chunksMissing, .manifestMismatch, .packMissing, .packDamaged, .storeRefused: explanationOfContent
        case .quotaExceeded, .storageFull, .localDiskFull: explanationOfSpace
        case .cursorExpired, .epochChanged, .rateLimited, .unavailable, .internalError, .serverUnreachable,
            .serverUntrusted:
            explanationOfService
        case .localFileChanged, .localFileUnreadable, .localExists, .localWriteFailed, .notTransferable:
            explanationOfLocalFiles
        case .syncFolderLost, .syncFolderUnfit, .syncPaused, .notSynchronised, .nameInTheWay, .deletionsHeld,
            .localFileDamaged:
            explanationOfSync
        case .agentUnreachable, .mirrorTooNew, .mirrorDamaged: explanationOfAgent
        case .cancelled, .partlyFailed: explanationOfEnds
        }
    }

    private var explanationOfQuestion: Explanation {
        switch self {
        case .tooLarge:
            Explanation(
                "Something was larger than a limit allows: a file over 1 TiB, or a request over 5 MiB. Nothing was stored.",
                "Split the file. If the file is small, the client and the server do not fit: update both.")
        case .nameNotAllowed:
            Explanation(
                "A name cannot be kept: it is longer than 255 bytes, not valid UTF-8, or holds a slash or a control character. "
                    + "The file was left where it is; all others went on.",
                "Rename the file and try again.")
        case .idempotencyMismatch:
            Explanation(
                "Two different requests carried the same number, so the second one was not carried out.",
                "Try again. If it stays, tell the maintainers: this is a fault of the program.")
        default:
            Explanation(
                "The server did not understand the request and changed nothing.",
                "Check what you typed. If it looks right, the client and the server may not fit: update both.")
        }
    }

    private var explanationOfAccess: Explanation {
        switch self {
        case .signInFailed:
            Explanation(
                "The e-mail address and the password do not belong together. The server does not say which one is wrong.",
                "Try again, or ask whoever runs the server for a new password.")
        case .tokenInvalid:
            Explanation(
                "This device may not use the account any more: it was signed out elsewhere, or the account is gone. "
                    + "Files on this disk, the mirror and waiting transfers are kept.",
                "Sign in with `pannier login`; transfers go on where they were.")
        case .notSignedIn:
            Explanation("No account is signed in on this profile.", "Sign in with `pannier login URL --email ADDRESS`.")
        case .viewOnly:
            Explanation(
                "It belongs to somebody else, who lets you look at it and fetch it, but not change it or share it further. "
                    + "Nothing was changed.",
                "Fetch a copy with `pannier get` and work on that, or ask the owner to make the change.")
        default:
            Explanation(
                "There is nothing of that name, or you may not see it: the two look the same on purpose.",
                "Look at the folder with `pannier ls`. A share may have been taken back.")
        }
    }

    private var explanationOfTree: Explanation {
        switch self {
        case .nameTaken:
            Explanation(
                "The folder holds that name already. Nothing was replaced.",
                "Choose another name, or move the other one away.")
        case .nameTwin:
            Explanation(
                "The folder holds a name that looks the same but is spelled with other Unicode characters. "
                    + "The newcomer was refused so that nobody confuses them; all others went on.",
                "Rename one of the two.")
        case .cycle:
            Explanation(
                "A folder cannot be moved or copied into itself or below itself. Nothing was changed.",
                "Choose another place.")
        case .notFolder:
            Explanation(
                "A folder was needed here, and there is a file, or nothing. A slash at the end of a path means a folder, too.",
                "Check the path with `pannier ls`.")
        case .notFile:
            Explanation("A file was needed here, and this is a folder.", "Check the path with `pannier ls`.")
        case .tooDeep:
            Explanation(
                "The place would lie deeper than 128 folders, or its path be longer than 4,000 bytes.",
                "Choose a shorter path.")
        case .changedSince:
            Explanation(
                "Somebody put something into the folder, or new content into the file, before this device had heard of it. "
                    + "So nothing was done: what is new stays.",
                "Look at what is new, and decide anew. The synced folder does that by itself.")
        case .conflict:
            Explanation(
                "The file was changed in two places at once: whoever sent the later content had not seen the other one. "
                    + "The later one is current, the other one is kept as a version. Nothing is lost, and there is no "
                    + "second file.",
                "`pannier versions PATH` lists both. `pannier restore PATH --version NUMBER` takes the other one, "
                    + "`pannier versions --keep PATH` leaves it as it is.")
        default:
            Explanation(
                "The file or folder is in the trash. It is kept there for 30 days.",
                "`pannier restore` takes it out again; or put it there anew, or choose another name.")
        }
    }

    private var explanationOfContent: Explanation {
        switch self {
        case .chunksMissing:
            Explanation(
                "The server has not received every piece of the file yet. The file is not there yet; what was sent is kept.",
                "Nothing: the client sends the rest by itself.")
        case .manifestMismatch:
            Explanation(
                "The pieces that were named do not make the file that was named. Nothing was stored under its name.",
                "Try again. If it stays, check this machine's memory: bytes changed between reading and sending.")
        case .packMissing:
            Explanation(
                "The server does not know of an object it should hold.",
                "Try again; the client sends it anew. If a download says so, tell whoever runs the server.")
        case .storeRefused:
            Explanation(
                "The object store refused a request that the server had signed. Nothing was lost; the transfer tries again.",
                "If it stays, whoever runs the server should look at `pannier-server doctor`: the store's address or clock may be wrong."
            )
        default:
            Explanation(
                "Stored bytes are not what their checksum promised. The damaged file was not written to your disk; no other file is touched.",
                "If you or somebody else still has the file, upload it again. Tell whoever runs the server.")
        }
    }

    private var explanationOfSpace: Explanation {
        switch self {
        case .quotaExceeded:
            Explanation(
                "The account has used all the space it was given. The file was not uploaded; everything else is as it was.",
                "Remove files, or ask for more space; then `pannier retry`.")
        case .storageFull:
            Explanation(
                "The server's disk is full. The file was not uploaded; everything that is there is safe.",
                "Whoever runs the server has to make room; then `pannier retry`.")
        default:
            Explanation(
                "This machine's disk is full. No half file was left, and nothing was replaced. Where it is the disk of the "
                    + "local database, transfers wait for room and go on by themselves.",
                "Make room, then `pannier retry` what has failed.")
        }
    }

    private var explanationOfService: Explanation {
        switch self {
        case .cursorExpired:
            Explanation(
                "This device was away for longer than the server keeps its list of changes. Nothing is lost.",
                "Nothing: the client lists everything anew by itself.")
        case .epochChanged:
            Explanation(
                "The server was restored from a backup, and this device had not heard of it yet. What was asked for rested on "
                    + "what is no more, so nothing was done.",
                "The client looks at what is there now by itself. Then `pannier retry`, or ask again; the synced folder "
                    + "goes on by itself.")
        case .rateLimited:
            Explanation("The server was asked too often and wants a pause.", "Nothing: the client waits and goes on.")
        case .unavailable:
            Explanation("The server cannot answer just now. Transfers wait and go on by themselves.", "Wait a little.")
        case .internalError:
            Explanation(
                "The server failed in a way it did not expect. What it had confirmed before is safe. A transfer tries a few "
                    + "times, then goes on without the file that makes the server fail.",
                "Try again. If it stays, whoever runs the server finds the reason in its log.")
        case .serverUntrusted:
            Explanation(
                "The server could not prove who it is, so nothing was sent to it: its certificate is wrong or out of date, "
                    + "or the address is not https. Or it named an object store that no request may be sent to. Nothing is lost.",
                "Check the address and this machine's clock. Do not go on if you did not expect this.")
        default:
            Explanation(
                "The server does not answer at its address. Transfers wait and go on by themselves; what is known is still shown.",
                "Check the network and the address with `pannier doctor`.")
        }
    }

    private var explanationOfSync: Explanation {
        switch self {
        case .syncFolderLost:
            Explanation(
                "At the place of the synced folder stands another folder, or none: its disk is not mounted, it was emptied, "
                    + "renamed or replaced. Nothing is deleted on the server, and nothing is done until it is back.",
                "Mount the disk or move the folder back; it goes on by itself. If it was moved, say where to, and if it "
                    + "is gone for good, choose another one: `pannier sync DIR`.")
        case .syncFolderUnfit:
            Explanation(
                "The folder cannot be kept the same as My Files: it is not a folder of yours, it lies in a synced folder or "
                    + "holds one, its file system lacks what safe replacing needs, or it holds pannier's own data. Nothing "
                    + "was changed.",
                "Choose another folder: `pannier sync DIR`.")
        case .syncPaused:
            Explanation(
                "Somebody has paused the synced folder. What is changed on either side stays there, and nothing is lost.",
                "`pannier resume --sync` lets it go on, `:pause-sync` on the screen.")
        case .notSynchronised:
            Explanation(
                "Links, devices, pipes and sockets, names that the server cannot keep, and what lies on another file system "
                    + "stay on this disk alone. Everything else goes on.",
                "Rename or move it, or name it in `.pannierignore` to hear no more of it.")
        case .localFileDamaged:
            Explanation(
                "Reading the file again gave other bytes than before, but its dates say that nobody wrote to it: the disk or "
                    + "the memory may be failing. The server's copy is as it was.",
                "Look at the file. To have the server's copy back, remove this one and `pannier restore` it from the trash; "
                    + "and have the disk checked.")
        case .nameInTheWay:
            Explanation(
                "A file from the server cannot be written here, since something of that name is on this disk which is not "
                    + "synchronised. It stays on the server. Everything else goes on.",
                "Move or rename what stands there, or take it out of `.pannierignore`.")
        default:
            Explanation(
                "More than 100 files and folders, and more than a quarter of all, would be deleted at once; or more than ten, "
                    + "and nothing would be left that both sides have. They wait until a person says that this is meant. "
                    + "Everything else goes on.",
                "Look at `pannier plan`, then `pannier approve`; or bring all of it back: `pannier approve --undo`.")
        }
    }

    private var explanationOfLocalFiles: Explanation {
        switch self {
        case .localFileChanged:
            Explanation(
                "The file changed while it was being read, again and again. No torn copy was stored.",
                "Try again when nothing writes to it.")
        case .localFileUnreadable:
            Explanation(
                "The file could not be read: it is gone, you may not read it, or the disk has a fault. Others went on.",
                "Check the file and its permissions (`chmod u+r`), then `pannier retry`; the synced folder tries again by "
                    + "itself.")
        case .localExists:
            Explanation(
                "A file or folder of that name is on this disk already, with other content. It was not touched.",
                "Move it away or rename it, then `pannier retry`; or fetch into another folder.")
        case .notTransferable:
            Explanation(
                "Symbolic links, devices, pipes, sockets and unfinished parts of downloads are left out of a transfer; "
                    + "everything else goes on.",
                "Nothing, or upload what the link points to.")
        default:
            Explanation(
                "The file could not be written on this machine. No half file was left.",
                "Check the folder's permissions and the disk, then `pannier retry`.")
        }
    }

    private var explanationOfAgent: Explanation {
        switch self {
        case .mirrorTooNew:
            Explanation(
                "The local database was written by a newer version of pannier. It was not touched.",
                "Update pannier on this machine, or use another profile with `--profile`.")
        case .mirrorDamaged:
            Explanation(
                "The local database cannot be read. It is only a copy of what the server knows, plus the list of transfers: "
                    + "no file on the server or on this disk is lost.",
                "`pannier agent --rebuild` puts it aside and makes a new one; start unfinished transfers again.")
        default:
            Explanation(
                "The background agent cannot be reached or does not start. Nothing is lost; transfers go on when it runs again.",
                "Try again. `pannier agent --foreground` shows what it says.")
        }
    }

    private var explanationOfEnds: Explanation {
        switch self {
        case .cancelled:
            Explanation(
                "Somebody cancelled it. What was already complete stays.", "Start it again if you want it after all.")
        default:
            Explanation(
                "Some files could not be done; each is named with its reason, and all others are complete.",
                "Mend what the reasons say, then `pannier retry`.")
        }
    }
}
