package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code deploy/bench/small-board}: encoder and decoder serve in 512 MB, and the kernel kills
 * nothing. With {@code -Dbantam.requests=10000} as many requests as the board is promised to stand.
 */
class SmallBoardIT {

  private static final int NO_CONTROL_GROUP = 77;
  private static final Duration START = Duration.ofMinutes(3);
  private static final int REQUESTS = Integer.getInteger("bantam.requests", 300);

  @Test
  void shouldServeMixedRequestsInTheMemoryOfASmallBoard() throws Exception {
    SmolLm2.files();
    String command = BantamProcess.root().resolve("deploy/bench/small-board").toString();
    try (BantamProcess board =
        BantamProcess.start(
            List.of(command, "--requests", String.valueOf(REQUESTS)),
            Map.of("BANTAM_HOME", BantamProcess.testHome().toString()))) {

      int exit = board.exitStatus(START.plusSeconds(REQUESTS));

      assumeThat(exit)
          .as("a control group can be made: %s", board.errors())
          .isNotEqualTo(NO_CONTROL_GROUP);
      assertThat(exit).as(board.toString()).isZero();
      assertThat(board.output())
          .contains("\"answers\":%d,\"errors\":0,\"killed\":0".formatted(REQUESTS));
    }
  }
}
