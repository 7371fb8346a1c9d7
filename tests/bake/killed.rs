//! Clients killed at twenty moments of a bake: nothing half-done is ever tagged, the next build
//! ends well, and nothing is left behind.

use std::time::{Duration, Instant};

use crate::support::World;

const MOMENTS: u32 = 20;

/// The file that the last line of the script writes, in an image.
fn last(world: &World, image: &str) -> Option<String> {
    world.docker().file(image, "/opt/last")
}

#[test]
fn killed_at_any_moment_a_bake_is_whole_or_not_there() {
    let script = |number: u32| {
        format!(
            "echo {number} > /opt/first\nfor i in 1 2 3 4 5; do echo $i; sleep 0.03; done\necho {number} > /opt/last"
        )
    };
    let mut world = World::new().environment("demo", |e| e.cached(&script(1000)));
    // The shortest of a few: other work on the machine makes a bake longer, never shorter.
    let lives = (0..3).map(|_| {
        let begun = Instant::now();
        world.prebake(["build", "demo", "--no-cache"]).run().succeeds();
        begun.elapsed()
    });
    let life = lives.min().unwrap();

    let mut killed = 0;
    let mut seed = 0x5eed_u32;
    for number in 0..MOMENTS {
        world.write("demo", |e| e.cached(&script(number)));
        let build = world.prebake(["build", "demo"]).start();
        // One in each twentieth of a bake's life, at a place there that the seed decides.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let part = f64::from(number) + f64::from(seed >> 16) / 65536.0;
        let moment = life.mul_f64(part / f64::from(MOMENTS));
        std::thread::sleep(moment.min(Duration::from_secs(10)));
        let outcome = build.kill();
        killed += u32::from(outcome.status.code().is_none());

        let image = world.image_of("demo");
        if world.docker().image(&image).is_some() {
            assert_eq!(last(&world, &image), Some(format!("{number}\n")), "after {moment:?}");
        }
        let next = world.build("demo").succeeds().line();
        assert_eq!(next, image);
        assert_eq!(last(&world, &image), Some(format!("{number}\n")), "after {moment:?}");
    }
    assert!(killed >= MOMENTS / 2, "only {killed} were still at work");
    world.assert_tidy("demo");
}
