import ChildPrograms
import Foundation
import Glibc
import Measuring

/// A machine that lets a person watch few folders: the others are looked at.
struct FewWatches {
    private let pair: PannierPair

    init(_ pair: PannierPair) { self.pair = pair }

    func measure(watches: Int) throws {
        Table.say("No more than \(watches) folders can be watched (in a user namespace)")
        let device = pair.devices[0]
        device.stop()
        let agent = try device.agent(
            in: ["unshare", "--user", "--map-root-user"], after: "echo \(watches) >/proc/sys/user/max_inotify_watches")
        defer {
            device.stop()
            _ = agent.endBlocking()
        }
        var state: Device.State?
        try wait("all is looked at", within: 120, pause: 200_000) {
            // While it begins, it does not answer.
            state = device.agent == agent.pid ? try? device.state() : nil
            return state?.phase == "same"
        }
        guard let state else { return }
        Table.row("folders watched, of all", "\(state.watched) of \(state.watched + state.unwatched)")
        let start = Moment()
        for folder in try FileManager.default.contentsOfDirectory(atPath: pair.here + "/moved").sorted() {
            try Ground.write(Array("new".utf8), to: pair.here + "/moved/\(folder)/new")
        }
        let last = try FileManager.default.contentsOfDirectory(atPath: pair.here + "/moved").sorted().last ?? ""
        try wait("a file in a folder that is not watched", within: 300, pause: 50_000) {
            access(self.pair.there + "/moved/\(last)/new", F_OK) == 0
        }
        Table.row("a file in a folder that is not watched is there, nobody asking", seconds(Moment() - start))
    }
}
