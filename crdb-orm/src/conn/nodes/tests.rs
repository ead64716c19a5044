use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use super::*;
use crate::error::{Kind, ServerError};

fn name() -> Node {
    Node::Tcp { host: "cluster.example".to_owned(), port: 26257, address: None }
}

fn ip(last: u8) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, last).into()
}

fn names(nodes: &Nodes) -> Vec<String> {
    nodes.all().iter().map(|node| node.name().to_string()).collect()
}

fn nodes_at(last: &[u8]) -> Nodes {
    let nodes = Nodes::new(vec![name()], None);
    nodes.learn(&[(name(), Some(last.iter().map(|last| ip(*last)).collect()))]);
    nodes
}

#[test]
fn a_name_with_many_addresses_is_as_many_nodes_and_follows_what_it_stands_for() {
    let nodes = nodes_at(&[1, 2, 3]);
    assert_eq!(
        names(&nodes),
        [
            "cluster.example:26257 (10.0.0.1)",
            "cluster.example:26257 (10.0.0.2)",
            "cluster.example:26257 (10.0.0.3)"
        ]
    );
    let before = nodes.all();
    let on_the_first = before[0].occupy();
    // The first goes and another comes; the name server fails; the name stands for one node.
    nodes.learn(&[(name(), Some(vec![ip(2), ip(3), ip(4)]))]);
    assert_eq!(names(&nodes)[2], "cluster.example:26257 (10.0.0.4)");
    assert!(Arc::ptr_eq(&before[1], &nodes.all()[0]), "what was known stays");
    assert!(on_the_first.is_left() && !nodes.all()[0].occupy().is_left());
    nodes.learn(&[(name(), None)]);
    assert_eq!(names(&nodes).len(), 3);
    nodes.learn(&[(name(), Some(vec![ip(2)]))]);
    assert_eq!(names(&nodes), ["cluster.example:26257 (10.0.0.2)"], "what was known stays");
    assert!(Arc::ptr_eq(&before[1], &nodes.all()[0]));
}

#[test]
fn a_name_with_one_address_is_one_node_that_is_left_where_it_is_down_when_the_name_moves() {
    let v6: IpAddr = "fd00::1".parse().expect("an address");
    let nodes = Nodes::new(vec![name()], None);
    let before = nodes.all();
    let first = before[0].occupy();
    let learn = |addresses: &[IpAddr]| nodes.learn(&[(name(), Some(addresses.to_vec()))]);
    // What was connected before the first look-up may be there.
    learn(&[v6, ip(1)]);
    assert!(!first.is_left() && Arc::ptr_eq(&before[0], &nodes.all()[0]));
    assert_eq!(names(&nodes), ["cluster.example:26257"]);
    assert_eq!(nodes.all()[0].addresses(), [v6, ip(1)], "in the order of the resolver");
    // One of both families stays, and then the name moves.
    learn(&[ip(1)]);
    assert!(!first.is_left() && nodes.all()[0].addresses() == [ip(1)]);
    nodes.learn(&[(name(), None)]);
    assert!(!first.is_left() && nodes.all()[0].addresses() == [ip(1)]);
    before[0].failed("refused");
    learn(&[ip(2)]);
    assert!(first.is_left() && nodes.all()[0].health().is_up() && nodes.all()[0].addresses() == [ip(2)]);
    assert_eq!(names(&nodes), ["cluster.example:26257"]);
    // It becomes many, and one of these.
    let second = nodes.all()[0].occupy();
    learn(&[ip(2), ip(3)]);
    assert!(second.is_left() && nodes.all().len() == 2);
    let third = nodes.all()[1].occupy();
    learn(&[ip(3)]);
    assert!(!third.is_left() && nodes.all().len() == 1);
}

#[test]
fn a_name_that_is_answered_with_one_address_in_turn_is_one_node_and_one_that_moves_is_left_in_time() {
    let nodes = Nodes::new(vec![name()], None);
    let answer = |last: u8| nodes.learn(&[(name(), Some(vec![ip(last)]))]);
    answer(1);
    let first = nodes.all()[0].occupy();
    for turn in 0..100 {
        let last = [2, 3, 1, 1, 4][turn % 5];
        answer(last);
        assert!(!first.is_left(), "{turn}");
        assert_eq!(nodes.all()[0].addresses(), [ip(last)], "new connections go where the name leads to");
    }
    // Nothing is wrong with it, but the name does not lead there any more.
    let answers = (1..).take_while(|_| {
        answer(5);
        !first.is_left()
    });
    assert_eq!(answers.count(), 5, "the first of them was not named in four answers before");
    assert_eq!(
        (names(&nodes), nodes.all()[0].addresses()),
        (vec!["cluster.example:26257".into()], vec![ip(5)])
    );
}

#[tokio::test(start_paused = true)]
async fn who_has_tried_all_in_vain_waits_for_a_look_up_that_somebody_else_makes() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let mut resolver = Resolver::system();
    resolver.ask_with(move |_, _| {
        let last = if counter.fetch_add(1, Relaxed) == 0 { 1 } else { 2 };
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(vec![ip(last)])
        })
    });
    let nodes = Nodes::new(vec![name()], None).resolved_by(resolver);
    let tried = nodes.candidates().await;
    nodes.failed(&tried[0], &Error::of_kind(Kind::Connect, "refused"));
    tokio::time::advance(Duration::from_secs(2)).await;
    let found = join_all((0..8).map(|_| nodes.candidates_but(&tried))).await;
    assert!(found.iter().all(|found| found.len() == 1 && found[0].addresses() == [ip(2)]));
    assert_eq!(asked.load(Relaxed), 2, "one has asked for all");
}

/// A resolver that counts how often it is asked.
fn counting(asked: &Arc<AtomicUsize>) -> Resolver {
    let asked = asked.clone();
    let mut resolver = Resolver::system();
    resolver.ask_with(move |host, port| {
        assert_eq!((host.as_str(), port), ("cluster.example", 26257));
        asked.fetch_add(1, Relaxed);
        Box::pin(async { Ok(vec![ip(1), ip(2)]) })
    });
    resolver
}

#[tokio::test(start_paused = true)]
async fn a_name_is_looked_up_every_thirty_seconds_and_two_seconds_after_a_node_has_failed() {
    let asked = Arc::new(AtomicUsize::new(0));
    let nodes = Nodes::new(vec![name()], None).resolved_by(counting(&asked));
    let after = async |pause: u64| {
        tokio::time::advance(Duration::from_millis(pause)).await;
        nodes.candidates().await;
        asked.load(Relaxed)
    };
    assert_eq!((after(0).await, nodes.all().len()), (1, 2), "at once, for who comes first");
    assert_eq!((after(29_999).await, after(1).await), (1, 2));
    assert_eq!(after(1_000).await, 2);
    nodes.failed(&nodes.all()[0], &Error::of_kind(Kind::Connect, "refused"));
    assert_eq!((after(999).await, after(1).await), (2, 3), "two seconds after the last look-up");
    assert_eq!((after(29_999).await, after(1).await), (3, 4), "and that was all");
    // A node without room is where it was.
    let full = Error::server(Arc::new(ServerError::new("53300", "sorry, too many clients already")));
    nodes.failed(&nodes.all()[0], &full);
    assert_eq!(after(29_999).await, 4);
}

#[tokio::test]
async fn a_name_of_both_families_leads_to_nodes_in_a_network_that_has_one() {
    let both: Vec<IpAddr> =
        ["10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2"].map(|one| one.parse().unwrap()).into();
    let routes: [fn(IpAddr) -> bool; 2] = [|one| one.is_ipv6(), |one| one.is_ipv4()];
    for (route, expected) in routes.into_iter().zip([&both[2..], &both[..2]]) {
        let mut resolver = Resolver::system();
        let answer = both.clone();
        resolver.ask_with(move |_, _| Box::pin(std::future::ready(Ok(answer.clone()))));
        resolver.route_with(route);
        let nodes = Nodes::new(vec![name()], None).resolved_by(resolver);
        let mut found: Vec<_> = nodes.candidates().await.iter().filter_map(|node| node.address()).collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn the_node_with_the_fewest_connections_comes_first_and_one_that_is_down_last() {
    let nodes = nodes_at(&[1, 2, 3]);
    let all = nodes.all();
    let _two = [all[0].occupy(), all[0].occupy()];
    let _one = all[1].occupy();
    let order = |candidates: Vec<Arc<Endpoint>>| -> Vec<_> {
        candidates.iter().map(|node| all.iter().position(|other| Arc::ptr_eq(node, other))).collect()
    };
    assert_eq!(order(nodes.candidates().await), [Some(2), Some(1), Some(0)]);
    all[2].failed("refused");
    assert_eq!(order(nodes.candidates().await), [Some(1), Some(0), Some(2)]);
    all[2].connected();
    assert_eq!(order(nodes.candidates().await), [Some(2), Some(1), Some(0)]);
}

#[test]
fn connections_are_spread_again_when_a_node_is_back() {
    let nodes = nodes_at(&[1, 2, 3]);
    let all = nodes.all();
    let mut many: Vec<_> = (0..8).map(|_| all[0].occupy()).collect();
    many.extend((0..8).map(|_| all[1].occupy()));
    all[2].failed("refused");
    assert_eq!(nodes.spread(), 0, "two nodes have 8 each");
    all[2].connected();
    assert_eq!(nodes.spread(), 5, "5, 5 and 6 then");
    assert!(all[0].take_surplus() && !all[0].take_surplus(), "they do not move all at once");
    assert!(all[1].take_surplus() && !all[2].take_surplus());
}

#[tokio::test]
async fn nodes_of_the_preferred_region_come_first_while_one_is_up() {
    let nodes = Nodes::new(vec![name()], Some("west".to_owned()));
    nodes.learn(&[(name(), Some(vec![ip(1), ip(2), ip(3)]))]);
    let all = nodes.all();
    for (node, region) in all.iter().zip(["west", "east", "west"]) {
        node.set_region(Some(region.to_owned()));
    }
    let _held: Vec<_> = (0..4).map(|_| all[0].occupy()).collect();
    let far = all[1].occupy();
    let first = nodes.candidates().await;
    assert!(Arc::ptr_eq(&first[0], &all[2]) && Arc::ptr_eq(&first[2], &all[1]));
    nodes.spread();
    assert!(all[1].take_surplus(), "what is far moves near");
    drop(far);
    all[0].failed("refused");
    all[2].failed("refused");
    assert!(Arc::ptr_eq(&nodes.candidates().await[0], &all[1]));
    let _far = all[1].occupy();
    nodes.spread();
    assert!(!all[1].take_surplus(), "there is nowhere to go");
}
