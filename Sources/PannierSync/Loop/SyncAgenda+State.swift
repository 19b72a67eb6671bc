package import PannierCore

extension SyncAgenda {
    /// What people are told.
    package struct State: Sendable, Hashable {
        /// How often all was looked at since the beginning.
        package var passes = 0
        package var hasPassed: Bool { passes > 0 }
        package var isPaused = false
        package var isConnected = false
        /// The folder is not there, or the mirror does not work.
        package var problem: Problem?
        /// The last plan was empty, nothing was heard of since, and nothing is left to look at.
        package var isSame = false
        /// What the last plan was about waits for a person.
        package var isWaiting = false
        /// Something of it waits to be tried again.
        package var isLeavingOut = false
        /// Something is to be looked at later: it is being written, or cannot be read now.
        package var isLookingLater = false
        /// What is waited for to come to rest.
        package var beingWritten: BeingWritten?
        package var held = Deletions()
        /// Files are being sent or fetched.
        package var isUnderWay = false
        /// How often all is looked at that is not watched; nil: not known yet.
        package var looksEvery: Milliseconds?
        /// How often every file was read anew.
        package var verifications = 0

        package init() {}
    }
}
