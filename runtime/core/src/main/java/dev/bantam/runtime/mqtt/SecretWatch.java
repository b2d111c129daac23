package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.config.MqttSecurity;
import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import io.vertx.core.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells when a file by which the device enters its broker has changed, or can no longer be read:
 * before the next connection needs it, if there is time. Of what is in them it keeps a salted
 * digest only. On the gateway's context.
 */
final class SecretWatch {

  private static final long LOOK_MS = 60_000;
  private static final String UNREADABLE = "unreadable";

  private final Context context;
  private final Map<String, Path> files;
  private final Events events;
  private final byte[] salt = new byte[16];
  private final Map<String, String> known = new TreeMap<>();
  private boolean looking;
  private long timer = -1;

  SecretWatch(Context context, MqttSecurity security, Events events) {
    this.context = context;
    this.files = security.files();
    this.events = events;
    new SecureRandom().nextBytes(salt);
  }

  void start() {
    if (!files.isEmpty()) {
      look();
      timer = context.owner().setPeriodic(LOOK_MS, id -> context.runOnContext(nothing -> look()));
    }
  }

  void stop() {
    context.owner().cancelTimer(timer);
  }

  /** Looks at the files now, unless it is at it. */
  void look() {
    if (looking || files.isEmpty()) {
      return;
    }
    looking = true;
    context
        .executeBlocking(this::digests, false)
        .onComplete(
            done -> {
              looking = false;
              if (done.succeeded()) {
                done.result().forEach(this::compare);
              }
            });
  }

  /** What a file holds, or why it cannot be read. */
  private record Found(Optional<String> digest, String problem) {}

  private Map<String, Found> digests() {
    Map<String, Found> found = new LinkedHashMap<>();
    files.forEach((key, file) -> found.put(key, digest(file)));
    return found;
  }

  private Found digest(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt);
      return new Found(
          Optional.of(HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)))), "");
    } catch (IOException e) {
      return new Found(Optional.empty(), "%s cannot be read: %s".formatted(file, e));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  private void compare(String key, Found found) {
    String now = found.digest().orElse(UNREADABLE);
    String before = known.put(key, now);
    if (now.equals(before)) {
      return;
    }
    if (now.equals(UNREADABLE)) {
      events.tell(
          new Event(
              EventKind.SECRET_UNREADABLE,
              "%s: %s; the next connection to the broker will fail for it"
                  .formatted(key, found.problem()),
              Map.of("key", key, "reason", found.problem())));
    } else if (before != null) {
      events.tell(
          new Event(
              EventKind.SECRET_RENEWED,
              "what %s names has changed; the next connection to the broker uses it".formatted(key),
              Map.of("key", key)));
    }
  }
}
