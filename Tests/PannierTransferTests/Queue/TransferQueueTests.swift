import PannierCore

import Testing

@testable import PannierMirror
@testable import PannierTransfer

@Suite struct TransferQueueTests {
    private static let node = Node(
        id: .random(), namespace: .random(), parent: nil, name: try! NodeName("x"), kind: .file, created: 1,
        revision: 1, changedAt: 0, changedBy: "")

    private func transfer(
        _ number: Int64, _ direction: TransferState.Direction, _ state: StoredTransfer.State = .waiting,
        isScanned: Bool = true
    ) -> StoredTransfer {
        let goal: StoredTransfer.Goal =
            switch direction {
            case .upload:
                .upload(
                    UploadTarget(namespace: .random(), folder: .random(), name: Self.node.name, remote: .myFiles))
            case .download: .download(DownloadSource(node: Self.node, remote: .myFiles))
            }
        return StoredTransfer(
            number: number, id: .random(), local: LocalPath("/x"), goal: goal, name: "x", state: state,
            isScanned: isScanned,
            counts: TransferCounts(), partial: PartialProgress(), problem: nil)
    }

    @Test func oneOfEachDirectionRunsInTheOrderOfTheQueue() {
        let all = [
            transfer(1, .upload, .done), transfer(2, .upload, .paused), transfer(3, .upload), transfer(4, .upload),
            transfer(5, .download), transfer(6, .download),
        ]
        #expect(TransferQueue.due(all, running: [:]).map(\.number) == [3, 5])
        #expect(TransferQueue.due(all, running: [all[2].id: .upload]).map(\.number) == [5])
        #expect(TransferQueue.due(all, running: [all[3].id: .upload, all[5].id: .download]).isEmpty)
        // One that is being paused still has its turn, though it waits for none.
        #expect(TransferQueue.due(all, running: [all[1].id: .upload]).map(\.number) == [5])
    }

    @Test func controlsFitTheStateOrChangeNothing() {
        let expected: [TransferControl: [StoredTransfer.State: TransferQueue.Change]] = [
            .pause: [.waiting: .become(.paused)],
            .resume: [.paused: .become(.waiting)],
            .cancel: [.waiting: .become(.cancelled), .paused: .become(.cancelled)],
            .retry: [.failed: .tryAgain, .partlyFailed: .tryAgain],
            .clear: [.done: .remove, .partlyFailed: .remove, .failed: .remove, .cancelled: .remove],
        ]
        let states: [StoredTransfer.State] = [.waiting, .paused, .done, .partlyFailed, .failed, .cancelled]
        for (control, changes) in expected {
            for state in states {
                let change = TransferQueue.change(control, transfer(1, .upload, state))
                #expect(change == changes[state] ?? .nothing, "\(control) of \(state)")
            }
        }
    }

    /// While it comes down, nothing of one that has failed is left here; once it goes up, all of it is.
    @Test func aCopyThatStoppedIsResumedFromWhatIsHere() {
        for (direction, change) in [
            (TransferState.Direction.download, TransferQueue.Change.tryAgain), (.upload, .become(.waiting)),
        ] {
            var copy = transfer(1, direction, .failed, isScanned: false)
            copy.copy = CopyAcross(
                from: .sharedWithMe,
                target: UploadTarget(namespace: .random(), folder: .random(), name: nil, remote: .myFiles))
            #expect(TransferQueue.change(.resume, copy) == change)
            #expect(TransferQueue.change(.retry, copy) == .tryAgain)
        }
    }

    @Test func whatStoppedAsAWholeCanBeResumed() {
        #expect(TransferQueue.change(.resume, transfer(1, .upload, .failed, isScanned: false)) == .become(.waiting))
    }

    @Test func speedIsMeasuredOverTheLastSecondsOnly() {
        var speed = SpeedWindow(length: .seconds(5))
        #expect(speed.add(0, at: .zero) == 0)
        #expect(speed.add(100, at: .seconds(1)) == 100)
        for second in 2...10 { _ = speed.add(Int64(second) * 100, at: .seconds(second)) }
        #expect(speed.add(1_100, at: .seconds(11)) == 100)
        // Whatever goes back, a rate does not.
        #expect(speed.add(0, at: .seconds(12)) == 0)
    }

    /// A rate that nothing stands behind any more is not shown on.
    @Test func speedFallsToNothingWhenNothingMoves() {
        var speed = SpeedWindow(length: .seconds(5))
        func add(_ amount: Int64, _ tenths: Int) -> Double { speed.add(amount, at: .milliseconds(100 * tenths)) }
        for tenth in 0...100 { _ = add(Int64(tenth) * 10, tenth) }
        #expect(add(1_000, 120) > 0)
        #expect(add(1_000, 125) == 0)
        // What comes after a standstill is measured from there.
        #expect(add(1_100, 126) == 1_000)
    }
}
