package quotient.bench;

import java.util.Optional;
import java.util.OptionalDouble;

/// One line of the table: a case, ours beside one peer.
///
/// @param name the operation
/// @param shape its size
/// @param threads of both sides
/// @param ours our speed or time
/// @param peer the peer's, if there is a peer
/// @param peerName which peer, in which setting
/// @param unit of `ours` and `peer`
/// @param ratio how many times as fast we are
/// @param percentOfPeak our share of the multiply-add peak of so many threads, where operations count
/// @param spread half the distance between the quartiles of our samples, relative to the median
public record Row(
    String name,
    String shape,
    int threads,
    double ours,
    OptionalDouble peer,
    Optional<String> peerName,
    String unit,
    OptionalDouble ratio,
    OptionalDouble percentOfPeak,
    double spread) {}
