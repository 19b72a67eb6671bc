import Glibc

/// Two folders of this machine that programs keep the same.
protocol FolderPair: AnyObject {
    var name: String { get }
    /// Absolute: where things are done, and where they arrive.
    var here: String { get }
    var there: String { get }
    /// Milliseconds for which a change rests before it is looked at, as it comes.
    var rest: Int { get }
    /// What does it, by what they are called.
    var processes: [(name: String, id: pid_t)] { get }

    /// Returns when the programs themselves say that both are the same.
    func agree() throws
    func close()
}
