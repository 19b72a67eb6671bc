import PannierCore
import PannierMirror
import PannierTransfer

extension Engine {
    /// The remote tree as transfers ask for it: what the mirror knows.
    static func tree(_ mirror: Mirror, _ feed: FeedLoop, _ news: MirrorNews) -> RemoteTree {
        RemoteTree(
            children: { folder, after, limit throws(Problem) in
                try await mirror.read { try Place.children(of: folder, after: after, limit: limit, in: $0) }
            },
            nodes: { folder, paths throws(Problem) in
                try await mirror.read { database in
                    guard let place = try Place.find(folder, in: database) else { return paths.map { _ in nil } }
                    return try paths.map { try place.descendant(at: $0, in: database) }
                }
            },
            refresh: { () throws(Problem) in try await feed.refresh() }, news: news)
    }

    /// One look at the feed, and the news of it for transfers that wait.
    func lookAndTell() async -> Problem? {
        let problem = await look()
        news.tell(problem)
        return problem
    }
}
