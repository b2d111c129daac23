package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class NativeBufferTest {

  @Test
  void shouldNotCountAgainstTheJvmsDirectMemory() {
    // Given more memory than the JVM allows for direct buffers
    long most = Runtime.getRuntime().maxMemory();
    try (NativeBuffer first = NativeBuffer.allocate(most / 2 + 1);
        NativeBuffer second = NativeBuffer.allocate(most / 2 + 1)) {
      // When
      FloatBuffer view = second.floats();
      view.put(view.capacity() - 1, 5);

      // Then
      assertThat(view.isDirect()).isTrue();
      assertThat(view.order()).isEqualTo(ByteOrder.nativeOrder());
      assertThat(second.floats().get(view.capacity() - 1)).isEqualTo(5);
      assertThat(first.floats().capacity()).isEqualTo((int) ((most / 2 + 1) / Float.BYTES));
    }
  }
}
