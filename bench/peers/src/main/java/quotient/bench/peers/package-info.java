/// What runs in a peer's process: libtorch and OpenBLAS through JavaCPP, behind the requests of
/// {@link quotient.bench.SideServer}. Never part of the product. Start with
/// {@link quotient.bench.peers.PeerMain}.
package quotient.bench.peers;
