package quotient.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WorkspaceTest {
  @Test
  void twoTensorsOfOneScopeShareNothing() {
    Workspace workspace = new Workspace();
    try (Workspace.Scope scope = workspace.open()) {
      FloatTensor a = workspace.allocate(3, 5);
      FloatTensor b = workspace.allocate(Shape.of(7));
      FloatTensor c = workspace.allocate(200, 1000);
      assertFalse(a.overlaps(b));
      assertFalse(b.overlaps(c));
      assertFalse(a.overlaps(c));
      assertEquals(Shape.of(3, 5), a.shape());
      assertTrue(scope != null);
    }
  }

  @Test
  void aRepeatedPassGetsTheSameHandles() {
    Workspace workspace = new Workspace();
    FloatTensor first;
    try (Workspace.Scope scope = workspace.open()) {
      first = workspace.allocate(3, 5);
      assertTrue(scope != null);
    }
    try (Workspace.Scope scope = workspace.open()) {
      assertSame(first, workspace.allocate(3, 5));
      assertTrue(scope != null);
    }
  }

  @Test
  void anInnerScopeGivesItsMemoryBack() {
    Workspace workspace = new Workspace();
    try (Workspace.Scope outer = workspace.open()) {
      FloatTensor kept = workspace.allocate(1, 16);
      kept.set(3, 7f);
      int offset;
      try (Workspace.Scope inner = workspace.open()) {
        offset = workspace.allocate(1, 16).offset();
        assertTrue(inner != outer);
      }
      assertEquals(offset, workspace.allocate(1, 16).offset());
      assertEquals(7f, kept.get(3));
    }
  }

  @Test
  void memoryOfAClosedScopeIsPoisoned() {
    Workspace workspace = new Workspace();
    FloatTensor escaped;
    try (Workspace.Scope scope = workspace.open()) {
      escaped = workspace.allocateZeros(2, 8);
      assertEquals(0f, escaped.get(5));
      assertTrue(scope != null);
    }
    assertTrue(Float.isNaN(escaped.get(5)), "needs assertions, as the build sets them");
  }

  @Test
  void misuseIsAnError() {
    Workspace workspace = new Workspace();
    assertThrows(IllegalStateException.class, () -> workspace.allocate(2, 2));
    Workspace.Scope outer = workspace.open();
    Workspace.Scope inner = workspace.open();
    assertThrows(IllegalStateException.class, outer::close);
    inner.close();
    outer.close();
  }

  @Test
  void peakCountsWhatIsInUseAtOneTime() {
    Workspace workspace = new Workspace();
    try (Workspace.Scope outer = workspace.open()) {
      for (int i = 0; i < 3; i++) {
        try (Workspace.Scope inner = workspace.open()) {
          workspace.allocate(1, 160);
          assertTrue(inner != outer);
        }
      }
    }
    assertEquals(160, workspace.peak());
  }

  @Test
  void aPeakThatIsCountedAnewForgetsAllButWhatIsInUse() {
    Workspace workspace = new Workspace();
    try (Workspace.Scope outer = workspace.open()) {
      workspace.allocate(1, 32);
      try (Workspace.Scope inner = workspace.open()) {
        workspace.allocate(1, 160);
        assertTrue(inner != outer);
      }
      long held = workspace.capacity();
      workspace.restartPeak();
      assertEquals(32, workspace.peak());
      assertEquals(held, workspace.capacity());
    }
  }
}
