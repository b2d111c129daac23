package dev.bantam.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

  private final Topics topics = new Topics("pi-1");

  @Test
  void shouldBuildAndParseRequestTopics() {
    assertThat(topics.task("chat")).isEqualTo("bantam/v1/device/pi-1/task/chat");
    assertThat(topics.parse(topics.task("chat")))
        .contains(new Topics.RequestAddress("chat", Optional.empty()));
    assertThat(topics.parse(topics.ask("plc 7", "chat")))
        .contains(new Topics.RequestAddress("chat", Optional.of("plc 7")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bantam/v1/device/pi-2/task/chat",
        "bantam/v1/device/pi-1",
        "bantam/v1/device/pi-1/task",
        "bantam/v1/device/pi-1/task/",
        "bantam/v1/device/pi-1/task/chat/more",
        "bantam/v1/device/pi-1/ask//chat",
        "bantam/v1/device/pi-1/answer/me/chat",
      })
  void shouldNotParseOtherTopics(String topic) {
    assertThat(topics.parse(topic)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Pi", "-pi", "a/b", "a+b", "a b"})
  void shouldRefuseDeviceIds(String id) {
    assertThatThrownBy(() -> new Topics(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("device id");
  }
}
