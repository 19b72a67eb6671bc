import PannierCore
import PannierEngine
import Testing

@Suite struct EventMailboxTests {
    private func state(_ id: TransferID, _ done: Int64) -> TransferState {
        TransferState(
            id: id, direction: .upload, state: .running, name: "x", local: LocalPath("/x"), remote: .myFiles,
            bytesDone: done)
    }

    @Test func foldersAddUpUntilTheyAreTooMany() async {
        let mailbox = EventMailbox()
        let folders = (0..<300).map { NodeID(high: 0, low: $0) }
        mailbox.put(.foldersChanged([folders[0]]))
        mailbox.put(.foldersChanged([folders[1]]))
        guard case .foldersChanged(let both?) = await mailbox.next() else { return #expect(Bool(false)) }
        #expect(Set(both) == Set(folders.prefix(2)))
        for folder in folders { mailbox.put(.foldersChanged([folder])) }
        guard case .foldersChanged(nil) = await mailbox.next() else { return #expect(Bool(false)) }
        mailbox.put(.foldersChanged(nil))
        mailbox.put(.foldersChanged([folders[0]]))
        guard case .foldersChanged(nil) = await mailbox.next() else { return #expect(Bool(false)) }
    }

    @Test func clearedTransfersAreNotShownAgain() async {
        let mailbox = EventMailbox()
        let id = TransferID.random()
        mailbox.put(.transfers([state(id, 1)]))
        mailbox.put(.transfersCleared([id]))
        guard case .transfersCleared([id]) = await mailbox.next() else { return #expect(Bool(false)) }
        mailbox.close()
        #expect(await mailbox.next() == nil)
    }

    @Test func whatWasReadEarlierDoesNotReplaceWhatCameLater() async {
        let mailbox = EventMailbox()
        let (old, new) = (TransferID.random(), TransferID.random())
        mailbox.expectList()
        mailbox.put(.transfers([state(new, 7)]))
        mailbox.putList([state(new, 1), state(old, 2)])
        guard case .transfers(let states) = await mailbox.next() else { return #expect(Bool(false)) }
        #expect(Set(states.map(\.bytesDone)) == [7, 2])
    }

    /// The end of a transfer is told while the list is read, and fetched at once: the older state would be the last.
    @Test func whatWasFetchedAlreadyIsNotFollowedByAnOlderState() async {
        let mailbox = EventMailbox()
        let (told, cleared, other) = (TransferID.random(), TransferID.random(), TransferID.random())
        mailbox.expectList()
        mailbox.put(.transfers([state(told, 7)]))
        guard case .transfers = await mailbox.next() else { return #expect(Bool(false)) }
        mailbox.put(.transfersCleared([cleared]))
        guard case .transfersCleared = await mailbox.next() else { return #expect(Bool(false)) }
        mailbox.putList([state(told, 1), state(cleared, 2), state(other, 3)])
        guard case .transfers(let states) = await mailbox.next() else { return #expect(Bool(false)) }
        #expect(states.map(\.id) == [other])
        // The next list stands for itself.
        mailbox.expectList()
        mailbox.putList([state(told, 8)])
        guard case .transfers(let again) = await mailbox.next() else { return #expect(Bool(false)) }
        #expect(again.map(\.bytesDone) == [8])
    }

    /// A line of the socket holds some 11,000 transfers.
    @Test func manyTransfersAreToldAPartAtATime() async throws {
        let mailbox = EventMailbox()
        let ids = (0..<12_345).map { TransferID(high: 1, low: $0) }
        mailbox.put(.transfers(ids.map { state($0, 1) }))
        mailbox.put(.stopping)
        var told: [TransferID] = []
        while case .transfers(let some)? = await mailbox.next() {
            #expect(some.count <= 1_000)
            _ = try LineFraming.encode(.event(.transfers(some)))
            told += some.map(\.id)
        }
        #expect(told.count == ids.count && Set(told) == Set(ids))
        mailbox.put(.transfersCleared(ids))
        var cleared: Set<TransferID> = []
        mailbox.put(.stopping)
        while case .transfersCleared(let some)? = await mailbox.next() { cleared.formUnion(some) }
        #expect(cleared == Set(ids))
    }

    @Test func nothingComesIntoAClosedMailbox() async {
        let mailbox = EventMailbox()
        mailbox.expectList()
        mailbox.close()
        mailbox.putList([state(.random(), 1)])
        #expect(await mailbox.next() == nil)
    }

    @Test func theEndComesLast() async {
        let mailbox = EventMailbox()
        mailbox.put(.stopping)
        mailbox.put(.sharedChanged)
        mailbox.close()
        guard case .sharedChanged = await mailbox.next() else { return #expect(Bool(false)) }
        guard case .stopping = await mailbox.next() else { return #expect(Bool(false)) }
        #expect(await mailbox.next() == nil)
    }

    @Test func cancellingEndsTheWait() async {
        let mailbox = EventMailbox()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await mailbox.next() == nil }
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }
}
