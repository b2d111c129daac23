package dev.bantam.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTopicsTest {

  private final FleetTopics line = new FleetTopics("line-2");

  @Test
  void shouldBuildAndParseSharedTopics() {
    assertThat(line.task("chat")).isEqualTo("bantam/v1/fleet/line-2/task/chat");
    assertThat(line.shared("chat")).isEqualTo("$share/line-2/bantam/v1/fleet/line-2/task/chat");
    assertThat(line.parse(line.task("chat"))).contains("chat");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bantam/v1/fleet/line-3/task/chat",
        "bantam/v1/fleet/line-2/task/",
        "bantam/v1/fleet/line-2/task/chat/more",
        "bantam/v1/fleet/line-2/cancel",
        "bantam/v1/device/line-2/task/chat",
      })
  void shouldNotParseOtherTopics(String topic) {
    assertThat(line.parse(topic)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Line", "a/b", "+", "#"})
  void shouldRefuseGroups(String group) {
    assertThatThrownBy(() -> new FleetTopics(group))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lower case letters");
  }
}
