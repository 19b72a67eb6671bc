import PannierCore
import PannierMirror
import PannierSync

/// One file `notes.txt` that both sides agree on, and a folder `old` with a file in it.
struct AgreedWorld {
    var world = SyncWorld()
    let file: NodeID
    let local: LocalID
    let folder: NodeID
    let localFolder: LocalID
    let inside: NodeID
    let localInside: LocalID
    let content: SyncContent

    init() {
        content = world.newContent()
        (file, local) = world.agree("notes.txt", content, in: world.root, world.top)
        (folder, localFolder) = world.agree("old", nil, in: world.root, world.top)
        (inside, localInside) = world.agreeFile("inside.txt", in: folder, localFolder)
    }
}
