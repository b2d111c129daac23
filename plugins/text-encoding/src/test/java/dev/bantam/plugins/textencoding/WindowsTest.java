package dev.bantam.plugins.textencoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.plugins.textencoding.Windows.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowsTest {

  @Test
  void shouldShowAShortTextAtOnce() {
    assertThat(new Windows(10, 4).over(10)).containsExactly(new Window(0, 10, 0, 10));
    assertThat(new Windows(10, 4).over(0)).containsExactly(new Window(0, 0, 0, 0));
  }

  @Test
  void shouldOverlapAndOwnEachTokenOnce() {
    assertThat(new Windows(10, 4).over(23))
        .containsExactly(
            new Window(0, 10, 0, 8),
            new Window(6, 16, 8, 14),
            new Window(12, 22, 14, 20),
            new Window(18, 23, 20, 23));
  }

  @Test
  void shouldOwnEveryTokenOfEveryLength() {
    for (int tokens = 0; tokens < 200; tokens++) {
      List<Window> windows = new Windows(7, 3).over(tokens);
      int next = 0;
      for (Window window : windows) {
        assertThat(window.ownFrom()).isEqualTo(next).isGreaterThanOrEqualTo(window.from());
        assertThat(window.ownTo()).isLessThanOrEqualTo(window.to());
        assertThat(window.to() - window.from()).isLessThanOrEqualTo(7);
        next = window.ownTo();
      }
      assertThat(next).isEqualTo(tokens);
    }
  }
}
