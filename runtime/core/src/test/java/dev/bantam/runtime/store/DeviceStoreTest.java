package dev.bantam.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DeviceStoreTest {

  private static final long DAY = Duration.ofDays(1).toMillis();

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private long clock = System.currentTimeMillis();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private DeviceStore open(StoreSettings settings) throws IOException {
    return DeviceStore.open(folder.resolve("state/gw-1.db"), context, settings, () -> clock);
  }

  private static StoreSettings spool(long bytes) {
    StoreSettings d = StoreSettings.DEFAULTS;
    return new StoreSettings(d.answerBytes(), d.answerAge(), bytes, d.spoolAge(), d.sync());
  }

  private static StoredMessage message(String text) {
    return new StoredMessage(
        "plant/out",
        Buffer.buffer(text),
        1,
        false,
        Optional.of("application/json"),
        Optional.empty(),
        Map.of("a", "ä", "b", ""));
  }

  private static List<String> texts(List<Spool.Kept> kept) {
    return kept.stream().map(k -> k.message().payload().toString()).toList();
  }

  @Test
  void shouldKeepAnswersOverARestart() throws Exception {
    // Given
    StoredMessage message =
        new StoredMessage(
            "answers/1",
            Buffer.buffer("\u0000\uD83D\uDE00"),
            1,
            true,
            Optional.empty(),
            Optional.of(Buffer.buffer(new byte[] {0, -1})),
            Map.of("__stat", "200"));
    StoredAnswer answer = new StoredAnswer(7, "task/echo", "abc", message, true, clock + 5);
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      assertThat(await(store.keep(new StoredAnswer(6, "", "", message, false, clock)))).isTrue();
      store.forgetAnswersUpTo(6);
      assertThat(await(store.keep(answer))).isTrue();
    }

    // When
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {

      // Then
      assertThat(store.answersFound()).containsExactly(answer);
    }
  }

  @Test
  void shouldKeepMessagesInOrderAndChannelsApart() throws Exception {
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      for (int i = 0; i < 300; i++) {
        store.spool("routes").add(message("r" + i));
        store.spool("events").add(message("e" + i));
      }
    }
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      Spool routes = store.spool("routes");
      List<Spool.Kept> first = await(routes.next(0, 3));
      assertThat(texts(first)).containsExactly("r0", "r1", "r2");
      assertThat(first.get(0).message()).isEqualTo(message("r0"));
      assertThat(await(routes.removeUpTo(first.get(1).id()))).isTrue();
      assertThat(texts(await(routes.next(0, 2)))).containsExactly("r2", "r3");
      assertThat(texts(await(store.spool("events").next(0, 1)))).containsExactly("e0");
      assertThat(store.counts().waiting()).isEqualTo(598);
    }
  }

  @Test
  void shouldLetTheOldestGoWhereThereAreTooManyBytes() throws Exception {
    try (DeviceStore store = open(spool(100_000))) {
      Spool spool = store.spool("routes");
      for (int i = 0; i < 1_000; i++) {
        spool.add(message("%03d".formatted(i) + "x".repeat(500)));
      }
      List<Spool.Kept> kept = await(spool.next(0, 1_000));
      assertThat(kept).hasSizeBetween(60, 140);
      assertThat(kept.get(kept.size() - 1).message().payload().toString()).startsWith("999");
      assertThat(store.counts().bytes()).isLessThanOrEqualTo(100_000);
      assertThat(store.counts().dropped()).isEqualTo(1_000 - kept.size());
      assertThat(Files.size(folder.resolve("state/gw-1.db"))).isLessThan(1_000_000);
    }
  }

  @Test
  void shouldLetGoWhatIsTooOldButNotByAClockThatWasNotSet() throws Exception {
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      Spool spool = store.spool("routes");
      long now = clock;
      clock = 5_000;
      await(spool.add(message("woke up in 1970")));
      clock = now;
      await(spool.add(message("old")));
      clock = now + 6 * DAY;
      await(spool.add(message("young")));
      clock = now + 8 * DAY;
      assertThat(texts(await(spool.next(0, 9)))).containsExactly("woke up in 1970", "young");
      assertThat(store.counts().dropped()).isEqualTo(1);
    }
  }

  @Test
  void shouldPutAFileAsideThatCannotBeRead() throws Exception {
    Path file = folder.resolve("state/gw-1.db");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "this is no database. ".repeat(1000));
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      await(store.spool("routes").add(message("a")));
      assertThat(file.resolveSibling("gw-1.db.broken")).exists();
    }
  }

  @Test
  void shouldRefuseAFileOfANewerFormatAndLeaveItAsItIs() throws Exception {
    // Given what this version has written, as a later one would have it
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      await(store.spool("routes").add(message("kept")));
    }
    assertThat(version("PRAGMA user_version")).isEqualTo(1);
    version("PRAGMA user_version = 2");

    // When
    assertThatThrownBy(() -> open(StoreSettings.DEFAULTS))

        // Then
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gw-1.db was written by a newer Bantam (format 2, this one reads up")
        .hasMessageContaining("update Bantam, or move the file away");
    version("PRAGMA user_version = 0"); // That of files before versions were written.
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      assertThat(texts(await(store.spool("routes").next(0, 9)))).containsExactly("kept");
    }
    assertThat(version("PRAGMA user_version")).isEqualTo(1);
  }

  private int version(String pragma) throws SQLException {
    try (Connection file =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state/gw-1.db"));
        Statement statement = file.createStatement()) {
      return statement.execute(pragma) ? statement.getResultSet().getInt(1) : 0;
    }
  }

  @Test
  void shouldNotShareTheFileWithAnotherRuntime() throws Exception {
    try (DeviceStore store = open(StoreSettings.DEFAULTS)) {
      assertThat(store.answersFound()).isEmpty();
      assertThatThrownBy(() -> open(StoreSettings.DEFAULTS))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by another process");
    }
  }

  @Test
  void shouldSayThatTheFolderCannotBeWritten() throws Exception {
    Files.writeString(folder.resolve("state"), "a file in the folder's place");
    assertThatThrownBy(() -> open(StoreSettings.DEFAULTS)).isInstanceOf(IOException.class);
  }

  /** A small disk of its own, which only root can make. */
  @Test
  void shouldGoOnWhileTheDiskIsFullAndWriteAgainWhenItIsNot() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", disk.toString())
            .redirectErrorStream(true)
            .start();
    assumeTrue(mount.waitFor() == 0, "only root can mount");
    try (DeviceStore store =
        DeviceStore.open(disk.resolve("gw-1.db"), context, StoreSettings.DEFAULTS, () -> clock)) {
      // Given
      Spool spool = store.spool("routes");
      assertThat(await(spool.add(message("first")))).isPositive();
      Path ballast = Files.write(disk.resolve("ballast"), new byte[300_000]);

      // When
      for (int i = 0; i < 1_000 && store.counts().lost() == 0; i++) {
        await(spool.add(message("x".repeat(2_000))).otherwise(-1L));
      }

      // Then
      assertThat(store.counts().lost()).isPositive();
      assertThat(await(store.keep(new StoredAnswer(1, "", "", message("a"), false, clock))))
          .isFalse();
      assertThat(texts(await(spool.next(0, 1)))).containsExactly("first");
      Files.delete(ballast);
      assertThat(await(spool.add(message("behind it")))).isPositive();
      long waiting = store.counts().waiting();
      assertThat(await(spool.next(0, 10_000))).hasSize((int) waiting);
    } finally {
      assertThat(new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor()).isZero();
    }
  }
}
