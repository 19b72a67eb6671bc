import Glibc
import PannierCore
import PannierMirror
import PannierTransfer

extension FileTree {
    /// Moves a person's file into a folder of pannier's own, under a name that is free there and tells what it was.
    /// - Returns: where it is now.
    func keep(_ path: TreePath, in folder: TreePath, _ local: LocalID, _ name: [UInt8]) throws(LocalError) -> TreePath {
        var numbers = NameNumbers()
        while true {
            let target = OwnPart.kept(in: folder, local, name, numbers.next())
            do throws(LocalError) {
                try move(path, to: target)
                return target
            } catch  where error.isTaken && numbers.areMore {
                // Something of it was kept before.
            }
        }
    }

    /// Where a person's file can be kept in a folder of pannier's own: a name that is free there.
    func placeToKeep(in folder: TreePath, _ local: LocalID, _ name: [UInt8]) throws(LocalError) -> TreePath {
        var numbers = NameNumbers()
        while numbers.areMore {
            let place = OwnPart.kept(in: folder, local, name, numbers.next())
            if try status(place) == nil { return place }
        }
        throw LocalError(EEXIST)
    }

    /// Moves something of a person's out of pannier's own part, to the top of the folder, under its name and a word of ours.
    /// - Parameter name: how it was called; nil: as the name says under which it is kept.
    /// - Returns: where it is now, durable.
    func putBack(_ path: TreePath, named name: [UInt8]? = nil, isFile: Bool) throws(LocalError) -> TreePath {
        let kept = Array(path.dropFirst(path.folder.count + 1))
        let name = name ?? OwnPart.ownName(kept)
        var numbers = NameNumbers()
        while true {
            let target = Self.marked(name, Self.word(numbers.next(), kept), isFile)
            do throws(LocalError) {
                try move(path, to: target)
            } catch  where error.isTaken && numbers.areMore {
                continue
            }
            try sync([path.folder, []])
            return target
        }
    }

    /// Of many with the same name, each one soon has a word of its own: the number by which it was kept.
    private static func word(_ number: Int, _ kept: [UInt8]) -> String {
        if number == 1 { return "put back" }
        if number < 10 { return "put back \(number)" }
        let own = kept.prefix { $0 != UInt8(ascii: "-") }.prefix(20)
        return "put back \(number).\(String(decoding: own, as: UTF8.self))"
    }

    /// What is no name for the server is none with a word behind it, either.
    private static func marked(_ name: [UInt8], _ mark: String, _ isFile: Bool) -> [UInt8] {
        do throws(NodeNameError) {
            return try NodeName(bytes: name).marked(mark, isFile: isFile).bytes
        } catch {
            return name.prefix(200) + Array(" (\(mark))".utf8)
        }
    }
}
