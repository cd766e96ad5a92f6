package quotient.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is packaged: small, pure Java, loadable, and named in `NOTICE`. Runs after packaging (surefire execution
/// `distribution`), on the folder that the launcher copies.
@Tag("distribution")
final class DistributionTest {
  private static final Path DIST = Path.of(System.getProperty("quotient.dist", "target/dist"));
  private static final Path NOTICE = Path.of("../NOTICE");
  private static final long MEGABYTE = 1_000_000;

  /// docs/decisions/size.md.
  private static final long OUR_JARS = 1_500_000;

  private static final Pattern CARRIED =
      Pattern.compile(
          "META-INF/(LICENSE|NOTICE)"
              + "|quotient/models/(data/.*\\.gz|report/(3Dmol-min|uPlot\\.iife\\.min)\\.js)");

  /// What a jar spends on each entry beside its bytes and twice its name: a local and a central header.
  private static final long ENTRY_OVERHEAD = 76;

  private static final byte[][] NATIVE_MAGIC = {
    {0x7f, 'E', 'L', 'F'},
    {(byte) 0xfe, (byte) 0xed, (byte) 0xfa, (byte) 0xce},
    {(byte) 0xfe, (byte) 0xed, (byte) 0xfa, (byte) 0xcf},
    {(byte) 0xce, (byte) 0xfa, (byte) 0xed, (byte) 0xfe},
    {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe},
    {'!', '<', 'a', 'r', 'c', 'h', '>'},
  };

  @Test
  void noJarHoldsANativeFile() throws IOException {
    List<String> natives = new ArrayList<>();
    for (Path jar : jars()) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        for (ZipEntry entry : zip.stream().toList()) {
          if (!entry.isDirectory() && isNative(zip, entry)) {
            natives.add(jar.getFileName() + "!" + entry.getName());
          }
        }
      }
    }
    assertEquals(List.of(), natives);
  }

  /// Data, vendored scripts and licence texts are carried, not written here; the limit on the whole
  /// archive holds for them.
  @Test
  void ourJarsAreBelowTheirBudgetWithoutDataAndVendoredScripts() throws IOException {
    long sum = 0;
    for (Path jar : jars()) {
      if (isOurs(jar) && !isWeights(jar) && !isTool(jar)) {
        sum += ownBytes(jar);
      }
    }
    assertTrue(sum < OUR_JARS, sum + " bytes, limit " + OUR_JARS);
  }

  /// The harness of `quotient bench`: beside the program, which starts without it.
  @Test
  void theMeasuringToolIsBelowATenthOfAMegabyte() throws IOException {
    List<Path> tools = jars().stream().filter(DistributionTest::isTool).toList();
    assertEquals(1, tools.size());
    long size = ownBytes(tools.getFirst());
    assertTrue(size < MEGABYTE / 10, size + " bytes, limit " + MEGABYTE / 10);
  }

  /// The size of a jar without what it carries.
  private static long ownBytes(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      long carried =
          zip.stream()
              .filter(entry -> CARRIED.matcher(entry.getName()).matches())
              .mapToLong(entry ->
                  entry.getCompressedSize() + ENTRY_OVERHEAD + 2L * entry.getName().length())
              .sum();
      return Files.size(jar) - carried;
    }
  }

  @Test
  void everythingButTheWeightsIsBelowTwelveMegabytes() throws IOException {
    assertBelow(12 * MEGABYTE, jars().stream().filter(jar -> !isWeights(jar)).toList());
  }

  @Test
  void theWeightsAreOneJarOfAtMostTwelveMegabytes() throws IOException {
    List<Path> weights = jars().stream().filter(DistributionTest::isWeights).toList();
    assertEquals(1, weights.size(), weights.toString());
    assertBelow(12 * MEGABYTE, weights);
  }

  @Test
  void theProgramResolvesFromItsModuleFolder() {
    Configuration modules =
        ModuleLayer.boot()
            .configuration()
            .resolve(
                ModuleFinder.of(DIST.resolve("modules")),
                ModuleFinder.of(),
                Set.of("quotient.cli"));
    assertTrue(modules.findModule("quotient.tensor").isPresent());
    assertTrue(modules.findModule("quotient.models").isPresent());
  }

  @Test
  void theNumericalCoreRequiresOnlyTheJdk() {
    for (String name : List.of("quotient.tensor", "quotient.autodiff", "quotient.geometry")) {
      var module = ModuleFinder.of(DIST.resolve("modules")).find(name).orElseThrow();
      for (var requires : module.descriptor().requires()) {
        assertTrue(
            requires.name().matches("(java|jdk|quotient)\\..*|org\\.jspecify"),
            name + " requires " + requires.name());
      }
    }
  }

  @Test
  void noticeNamesEveryForeignJar() throws IOException {
    String notice = Files.readString(NOTICE).toLowerCase(java.util.Locale.ROOT);
    for (Path jar : jars()) {
      if (!isOurs(jar)) {
        String work = jar.getFileName().toString().replaceFirst("-.*", "");
        assertTrue(notice.contains(work), "NOTICE does not name " + jar.getFileName());
      }
    }
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.walk(DIST)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
      assertTrue(jars.size() > 5, "too few jars in " + DIST + ": " + jars);
      return jars;
    }
  }

  private static boolean isOurs(Path jar) {
    return jar.getFileName().toString().startsWith("quotient-");
  }

  private static boolean isTool(Path jar) {
    return jar.getParent().endsWith("bench");
  }

  private static boolean isWeights(Path jar) {
    return jar.getFileName().toString().startsWith("quotient-pretrained");
  }

  private static boolean isNative(ZipFile zip, ZipEntry entry) throws IOException {
    if (entry.getName().matches(".*\\.(so|dll|dylib|jnilib|exe|a|lib)(\\.[0-9.]+)?")) {
      return true;
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] head = in.readNBytes(8);
      return Arrays.stream(NATIVE_MAGIC)
          .anyMatch(magic ->
              head.length >= magic.length
                  && Arrays.equals(magic, Arrays.copyOf(head, magic.length)));
    }
  }

  private static void assertBelow(long limit, List<Path> jars) throws IOException {
    long sum = 0;
    for (Path jar : jars) {
      sum += Files.size(jar);
    }
    assertTrue(sum > 0 && sum < limit, sum + " bytes, limit " + limit + ": " + jars);
  }
}
