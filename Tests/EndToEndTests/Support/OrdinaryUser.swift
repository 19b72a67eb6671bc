import Glibc

/// Whom modes keep away from things: root they do not.
enum OrdinaryUser {
    /// What programs are started with so that modes count for them. Where the tests are run by root, they are still root's
    /// own (and so find what the tests made for them), but without root's capabilities.
    static var way: [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"] : []
    }
}
