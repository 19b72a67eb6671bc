import PannierCore

/// Names of a folder's entries, without `.` and `..`.
enum FolderListing {
    /// All of them at once: for folders that hold few.
    static func names(in folder: Descriptor) throws(SystemCallError) -> [String] {
        var names: [String] = []
        try each(in: folder) { name in
            names.append(name)
            return true
        }
        return names
    }

    /// Whether there is one like that; nothing is kept of the others.
    static func hasName(in folder: Descriptor, where isWanted: (String) -> Bool) throws(SystemCallError) -> Bool {
        var isFound = false
        try each(in: folder) { name in
            isFound = isWanted(name)
            return !isFound
        }
        return isFound
    }

    /// - Parameter body: answers whether to go on.
    private static func each(in folder: Descriptor, _ body: (String) -> Bool) throws(SystemCallError) {
        do throws(FolderReader.Failure) {
            var reader = try FolderReader(folder.number)
            while let entry = try reader.next(), body(String(cString: entry.pointer)) {}
        } catch {
            throw SystemCallError("readdir", folder.path, code: error.code)
        }
    }
}
