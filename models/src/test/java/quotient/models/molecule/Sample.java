package quotient.models.molecule;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Small molecules for tests: drawn by hand, or from the recorded reference set.
final class Sample {
  private Sample() {}

  /// 163 molecules of the reference set, one conformer each.
  static List<SdfRecord> recorded() throws IOException {
    List<SdfRecord> out = new ArrayList<>();
    try (SdfReader reader = SdfFile.open("molecules.sdf.gz", resource("molecules.sdf.gz"))) {
      for (Optional<SdfRecord> r = reader.next(); r.isPresent(); r = reader.next()) {
        out.add(r.get());
      }
    }
    return out;
  }

  /// The record of the reference set with that SMILES.
  static SdfRecord recorded(String smiles) throws IOException {
    return recorded().stream()
        .filter(r -> r.molecule().smiles().orElseThrow().equals(smiles))
        .findFirst()
        .orElseThrow();
  }

  static List<String> lines(String name) throws IOException {
    try (InputStream in = resource(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static InputStream resource(String name) {
    return Sample.class.getResourceAsStream("/reference/molecule/" + name);
  }

  /// Heavy atoms and bonds given as `a-b`, `a=b`, `a#b` or `a:b` (aromatic), numbered from 0.
  static Molecule graph(String symbols, String bonds) {
    Molecule.Builder out = Molecule.builder();
    for (String symbol : symbols.split(" ", -1)) {
      out.atom(Elements.atomicNumber(symbol).orElseThrow());
    }
    for (String bond : bonds.isEmpty() ? new String[0] : bonds.split(" ", -1)) {
      int sign =
          Math.max(
              Math.max(bond.indexOf('-'), bond.indexOf('=')),
              Math.max(bond.indexOf('#'), bond.indexOf(':')));
      int order = "-=#:".indexOf(bond.charAt(sign)) + 1;
      out.bond(
          Integer.parseInt(bond.substring(0, sign)),
          Integer.parseInt(bond.substring(sign + 1)),
          order);
    }
    return out.build();
  }

  /// A ring of n carbon atoms with alternating double bonds.
  static Molecule annulene(int n) {
    Molecule.Builder out = Molecule.builder();
    for (int i = 0; i < n; i++) {
      out.atom(Elements.CARBON);
    }
    for (int i = 0; i < n; i++) {
      out.bond(i, (i + 1) % n, 1 + i % 2);
    }
    return out.build();
  }
}
