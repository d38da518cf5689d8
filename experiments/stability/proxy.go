package stability

// Proxy counts how well Condition 3 of Meulemans et al. (2021) tells whether a loop
// is stable, which it does for tau_v -> 0 and is taken for a proxy of elsewhere.
type Proxy struct {
	Right      int `json:"right"`
	FalseAlarm int `json:"false_alarm"` // fails, but the loop is stable
	Missed     int `json:"missed"`      // holds, but the loop is unstable
}

// Proxies are those of both states.
type Proxies struct {
	Feedforward Proxy `json:"feedforward"`
	Rest        Proxy `json:"rest"`
}

func (p *Proxy) count(at *Point) {
	switch {
	case at == nil:
	case at.Stable == (at.Condition3 > 0):
		p.Right++
	case at.Stable:
		p.FalseAlarm++
	default:
		p.Missed++
	}
}
