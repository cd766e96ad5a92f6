package quotient.models.molecule;

/// Orbital hybridisation of an atom, with the code that ET-Flow's node feature 5 gives it.
public enum Hybridization {
  SP(0),
  SP2(1),
  SP3(2),
  SP3D(3),
  SP3D2(4),
  OTHER(5);

  private final int code;

  Hybridization(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /// From the number of bonded atoms, lone pairs and unpaired electrons, as RDKit counts them.
  ///
  /// @param conjugated an atom with four of them and at most three neighbours is flat if one of its
  ///     bonds is conjugated (the nitrogen of an amide)
  static Hybridization of(int orbitals, int degree, boolean conjugated) {
    return switch (orbitals) {
      case 2 -> SP;
      case 3 -> SP2;
      case 4 -> conjugated && degree <= 3 ? SP2 : SP3;
      case 5 -> SP3D;
      case 6 -> SP3D2;
      default -> OTHER;
    };
  }
}
