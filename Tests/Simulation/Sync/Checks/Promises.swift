import PannierCore

/// What the service has promised: that a request takes effect once, however often it comes; and that what it has
/// acknowledged is kept.
struct Promises {
    private struct Given {
        var answers: [String: Int] = [:]
        var versions: Set<VersionID> = []
    }

    private var given = Given()
    private var atBackup = Given()

    /// - Parameters:
    ///   - number: of the answer; the same answer has the same one.
    ///   - key: of the request.
    ///   - hasEffect: it has changed the tree.
    /// - Throws: ``Broken``.
    mutating func take(_ answer: ServiceAnswer, number: Int, to key: String, hasEffect: Bool) throws {
        if let first = given.answers[key] {
            guard first == number else { throw Broken("a request was answered twice, and not the same") }
            guard !hasEffect else { throw Broken("a request took effect twice") }
        }
        given.answers[key] = number
        guard case .committed(let response) = answer else { return }
        for case .done(let committed) in response.items {
            if let version = committed.node.content?.version { given.versions.insert(version) }
        }
    }

    /// - Throws: ``Broken``: something that was acknowledged is not there.
    func check(_ server: ServerTree) throws {
        for version in given.versions where server.versions[version] == nil {
            throw Broken("version \(version) was acknowledged, and is not there")
        }
    }

    mutating func backUp() { atBackup = given }
    mutating func restoreBackup() { given = atBackup }
}
