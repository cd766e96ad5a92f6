package quotient.models.generate;

import java.util.List;
import java.util.Optional;

/// What came of one request.
///
/// @param request what was asked for
/// @param conformers what was made, in order; may be fewer than asked for
/// @param asked how many were asked for
/// @param failure why fewer were made; empty if all were
/// @param note something to know about the result, for instance that fragments were dropped
public record Generated(
    MoleculeRequest request,
    List<Conformer> conformers,
    int asked,
    Optional<String> failure,
    Optional<String> note) {

  static Generated failed(MoleculeRequest request, int asked, String reason) {
    return new Generated(request, List.of(), asked, Optional.of(reason), Optional.empty());
  }

  /// How many conformers came out that way.
  public long count(Conformer.Stereo stereo) {
    return conformers.stream().filter(c -> c.stereo() == stereo).count();
  }

  /// How many conformers have that geometry.
  public long count(Conformer.Geometry geometry) {
    return conformers.stream().filter(c -> c.geometry() == geometry).count();
  }
}
