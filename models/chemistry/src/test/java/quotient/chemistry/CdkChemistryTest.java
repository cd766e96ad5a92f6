package quotient.chemistry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import quotient.models.io.FormatException;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Chemistry.SmilesStyle;
import quotient.models.molecule.Elements;
import quotient.models.molecule.Isomers;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.MoleculeGraph;

class CdkChemistryTest {
  private static final Chemistry CHEMISTRY = Chemistry.provider();

  @Test
  void theProviderIsFoundByServiceLoader() {
    assertInstanceOf(CdkChemistry.class, CHEMISTRY);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          [H][H], 2, 0, 0
          Cl, 2, 0, 0
          O=C=O, 3, 0, 0
          C#C, 4, 0, 0
          O, 3, 0, 0
          N[C@@H](C)C(=O)N[C@@H](C)C(=O)O, 23, 2, 0
          C/C=C\\C, 12, 0, 1
          C[C@H]1C[C@H](Cl)CC1, 18, 2, 0
          C[N+](C)(C)CC[O-], 20, 0, 0
          F[P-](F)(F)(F)(F)F, 7, 0, 0
          CS(C)(C)=O, 15, 0, 0
          CB(O)O, 9, 0, 0
          C[Si](C)(C)C, 17, 0, 0
          [O-][N+]1=CC2=CC=C[O+]2[Cu]13[O+]4C=CC=C4C=[N+]3[O-], 25, 0, 0
          CC(C)(C)c1ccccc1, 24, 0, 0
          CC(C)C(C)O, 18, 0, 0
          [2H]C([2H])([2H])O, 6, 0, 0
          CCCCCCCC(=O)OCC(COC(=O)CCCCCCCCCCCCCCC)OC(=O)CCCCCCCC, 110, 0, 0
          C[S@](=O)CC, 13, 1, 0
          CC=[C@]=CC, 13, 1, 0
          [H]/N=C/C, 8, 0, 1
          [H]/N=c1/cnoc(F)n1, 10, 0, 1
          N.N, 8, 0, 0
          CC(=O)[O-].[Na+], 8, 0, 0
          """)
  void acceptanceMoleculesHaveTheirAtomsAndMarks(
      String smiles, int atoms, int centres, int doubleBonds) throws FormatException {
    Molecule m = CHEMISTRY.parseSmiles(smiles);
    assertEquals(atoms, m.atomCount());
    assertEquals(centres, m.tetrahedralCentres().size());
    assertEquals(doubleBonds, m.doubleBondStereo().size());
    assertEquals(smiles, m.smiles().orElseThrow());
    assertEquals(atoms, MoleculeGraph.of(m).atomCount());
    assertTrue(heavyAtomsComeFirst(m));
    for (SmilesStyle style : new SmilesStyle[] {SmilesStyle.ISOMERIC, SmilesStyle.AS_ORDERED}) {
      Molecule again = CHEMISTRY.parseSmiles(CHEMISTRY.writeSmiles(m, style));
      assertTrue(Isomers.sameStereoisomer(m, again), style + " " + smiles);
    }
    String constitution = CHEMISTRY.writeSmiles(m, SmilesStyle.CONSTITUTION);
    Molecule flat = CHEMISTRY.parseSmiles(constitution);
    assertEquals(0, flat.tetrahedralCentres().size() + flat.doubleBondStereo().size());
    assertEquals(m.formula(), flat.formula());
  }

  private static boolean heavyAtomsComeFirst(Molecule m) {
    boolean hydrogens = false;
    for (int i = 0; i < m.atomCount(); i++) {
      if (!m.isHydrogen(i) && hydrogens) {
        return false;
      }
      hydrogens |= m.isHydrogen(i);
    }
    return true;
  }

  @Test
  void rapamycinHasItsAtomsAndNineteenStereoElements() throws FormatException {
    Molecule m =
        CHEMISTRY.parseSmiles(
            "C[C@@H]1CC[C@H]2C[C@@H](/C(=C/C=C/C=C/[C@H](C[C@H](C(=O)[C@@H]([C@@H](/C(=C/[C@H]"
                + "(C(=O)C[C@H](OC(=O)[C@@H]3CCCCN3C(=O)C(=O)[C@@]1(O2)O)[C@H](C)C[C@@H]4CC[C@H]"
                + "([C@@H](C4)OC)O)C)/C)O)OC)C)C)/C)OC");
    assertEquals(144, m.atomCount());
    assertEquals(19, m.tetrahedralCentres().size() + m.doubleBondStereo().size());
  }

  @Test
  void hydrogensFollowTheirParents() throws FormatException {
    Molecule m = CHEMISTRY.parseSmiles("[H]/N=C(/C)O");
    assertEquals("NCCOHHHHH", symbols(m));
    int[] parents = {0, 2, 2, 2, 3};
    for (int k = 0; k < 5; k++) {
      assertEquals(parents[k], m.neighbour(4 + k, 0));
    }
  }

  private static String symbols(Molecule m) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < m.atomCount(); i++) {
      out.append(Elements.symbol(m.atomicNumber(i)));
    }
    return out.toString();
  }

  @Test
  void isotopesAndRadicalsAreKept() throws FormatException {
    assertEquals(2, CHEMISTRY.parseSmiles("[2H]C([2H])([2H])O").isotope(2));
    assertEquals(13, CHEMISTRY.parseSmiles("[13CH4]").isotope(0));
    assertEquals(1, CHEMISTRY.parseSmiles("[CH3]").radicalElectrons(0));
    assertEquals(2, CHEMISTRY.parseSmiles("[CH2]").radicalElectrons(0));
    assertEquals(1, CHEMISTRY.parseSmiles("[N]=O").radicalElectrons(0));
    assertEquals(0, CHEMISTRY.parseSmiles("[Na+].[Cl-]").radicalElectrons(0));
    assertEquals(0, CHEMISTRY.parseSmiles("C[N+](=O)[O-]").radicalElectrons(1));
    assertEquals(
        "C[13CH3]", CHEMISTRY.writeSmiles(CHEMISTRY.parseSmiles("[13CH3]C"), SmilesStyle.ISOMERIC));
    assertEquals(
        "CC", CHEMISTRY.writeSmiles(CHEMISTRY.parseSmiles("C[13CH3]"), SmilesStyle.CONSTITUTION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C1CC",
        "Xx",
        "C*",
        "c1cccc1",
        "",
        "C C",
        "F[Pt@SP1](Cl)(Br)I",
        "C(C",
        "C/C=C=C=C/C",
        "\u0000",
        "CCO>>CC=O"
      })
  void badSmilesAreErrorsOfOneLine(String smiles) {
    FormatException error =
        assertThrows(FormatException.class, () -> CHEMISTRY.parseSmiles(smiles));
    assertTrue(error.getMessage().startsWith("SMILES "), error.getMessage());
    assertFalse(error.getMessage().contains("\n"), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C/C=N/O",
        "C/C=C/C=C/C",
        "O=C1NC[C@]21OC[C@@H]2C",
        "CC/C(CC#N)=N\\O",
        "C[C@H](O)[C@@H](C)O",
        "C1C[C@H]2C[C@]34C[C@H]([C@H]3O2)N14",
        "CC=[C@]=CC",
        "C[S@](=O)CC",
        "[H]/N=C1/C=CC=C1",
        "C12C3C4C1C5C2C3C45",
        "CC(C)(C)C",
        "OC(=O)[C@@H]1CC[C@H](N)CC1",
        "Cc1ccccc1C",
        "CC(C)(O)c1cc2c(cc1C(C)(C)O)-c1ccccc1-2",
        "[O-]C(=O)c1ccc[nH]1",
        "FS(F)(F)(F)(F)F"
      })
  void canonicalSmilesDoNotDependOnTheAtomOrder(String smiles) throws FormatException {
    Molecule m = CHEMISTRY.parseSmiles(smiles);
    String expected = CHEMISTRY.writeSmiles(m, SmilesStyle.ISOMERIC);
    String constitution = CHEMISTRY.writeSmiles(m, SmilesStyle.CONSTITUTION);
    Random random = new Random(3);
    for (int k = 0; k < 10; k++) {
      Molecule moved = m.renumbered(shuffled(m.atomCount(), random));
      assertEquals(expected, CHEMISTRY.writeSmiles(moved, SmilesStyle.ISOMERIC));
      assertEquals(constitution, CHEMISTRY.writeSmiles(moved, SmilesStyle.CONSTITUTION));
    }
    Molecule again = CHEMISTRY.parseSmiles(expected);
    assertEquals(expected, CHEMISTRY.writeSmiles(again, SmilesStyle.ISOMERIC));
  }

  @Test
  void enantiomersAndDiastereomersHaveOtherStrings() throws FormatException {
    String[] forms = {"C[C@H](O)[C@@H](C)O", "C[C@H](O)[C@H](C)O", "C[C@@H](O)[C@@H](C)O"};
    for (int i = 0; i < forms.length; i++) {
      for (int j = 0; j < i; j++) {
        Molecule a = CHEMISTRY.parseSmiles(forms[i]);
        Molecule b = CHEMISTRY.parseSmiles(forms[j]);
        assertFalse(Isomers.sameStereoisomer(a, b));
        assertFalse(
            CHEMISTRY
                .writeSmiles(a, SmilesStyle.ISOMERIC)
                .equals(CHEMISTRY.writeSmiles(b, SmilesStyle.ISOMERIC)));
        assertEquals(
            CHEMISTRY.writeSmiles(a, SmilesStyle.CONSTITUTION),
            CHEMISTRY.writeSmiles(b, SmilesStyle.CONSTITUTION));
      }
    }
  }

  @Test
  void aromaticBondsGetAKekuleForm() throws FormatException {
    Molecule.Builder ring = Molecule.builder().title("benzene").item("k", "v");
    for (int i = 0; i < 12; i++) {
      ring.atom(i < 6 ? Elements.CARBON : Elements.HYDROGEN);
    }
    for (int i = 0; i < 6; i++) {
      ring.bond(i, (i + 1) % 6, Molecule.AROMATIC);
      ring.bond(i, i + 6, 1);
    }
    Molecule assigned = CHEMISTRY.assignBondOrders(ring.build());
    assertFalse(assigned.hasAromaticBonds());
    assertEquals("c1ccccc1", CHEMISTRY.writeSmiles(assigned, SmilesStyle.CONSTITUTION));
    assertEquals("v", assigned.items().get("k"));
    Molecule.Builder odd = Molecule.builder().title("odd");
    for (int i = 0; i < 10; i++) {
      odd.atom(i < 5 ? Elements.CARBON : Elements.HYDROGEN);
    }
    for (int i = 0; i < 5; i++) {
      odd.bond(i, (i + 1) % 5, Molecule.AROMATIC);
      odd.bond(i, i + 5, 1);
    }
    assertThrows(FormatException.class, () -> CHEMISTRY.assignBondOrders(odd.build()));
  }

  private static int[] shuffled(int n, Random random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
