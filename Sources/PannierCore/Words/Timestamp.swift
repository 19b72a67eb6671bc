/// Milliseconds since 1970 on the server's clock. Shown to people, compared with nothing: revisions are the only order.
package typealias Milliseconds = Int64

/// Nanoseconds since 1970 as a file system tells them.
package typealias Nanoseconds = Int64

/// A position in a namespace's journal, dense and increasing, given by the server. The only order there is.
package typealias Revision = Int64
