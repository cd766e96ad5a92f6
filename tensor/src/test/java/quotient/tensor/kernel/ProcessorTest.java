package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void theFourthGenerationOfZenHalvesVectors() {
    assertTrue(
        Processor.isFamily25(
            "processor\t: 0 vendor_id\t: AuthenticAMD cpu family\t: 25 model\t\t: 17"));
    assertTrue(Processor.isFamily25("AMD64 Family 25 Model 97 Stepping 2, AuthenticAMD"));
  }

  @Test
  void othersDoNot() {
    assertFalse(Processor.isFamily25("vendor_id : AuthenticAMD cpu family : 26 model : 2"));
    assertFalse(Processor.isFamily25("vendor_id : GenuineIntel cpu family : 6 model : 143"));
    assertFalse(Processor.isFamily25("Intel64 Family 25 Model 1 Stepping 2, GenuineIntel"));
    assertFalse(Processor.isFamily25(""));
  }
}
